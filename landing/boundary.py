"""The boundary on every role of the stack: the role that deploys may make none without it (bootstrap/policies.py)."""

from __future__ import annotations

from typing import Final

import pulumi

from components.arguments import AccountRegion

#: What the bootstrap calls it (bootstrap/granted.py).
NAME: Final = "bootstrap/alphacar-boundary"
ROLE: Final = "aws:iam/role:Role"


def boundary_arn(place: AccountRegion) -> str:
    """The boundary of this account."""
    return f"arn:aws:iam::{place.account_id}:policy/{NAME}"


def bound_roles(place: AccountRegion) -> None:
    """Puts the boundary on every role that the program declares from now on.

    A transformation and no transform: the engine would be asked for every resource of the stack.
    """

    def bound(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != ROLE:
            return None
        return pulumi.ResourceTransformationResult(
            {**args.props, "permissionsBoundary": boundary_arn(place)}, args.opts
        )

    pulumi.runtime.register_stack_transformation(bound)


def bound_remote(place: AccountRegion) -> pulumi.ResourceOptions:
    """Options of a component below which a remote one makes roles: no transformation reaches those."""

    def bound(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != ROLE:
            return None
        return pulumi.ResourceTransformResult({**args.props, "permissionsBoundary": boundary_arn(place)}, args.opts)

    return pulumi.ResourceOptions(transforms=[bound])

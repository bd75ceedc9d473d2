"""An AWS identity for the pods of one service account, by EKS Pod Identity."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from .arguments import LABEL, LABELS, SUBDOMAIN, SUBDOMAINS, ClusterAccess, common, given, matches
from .names import role_name
from .trust import pod_trust

#: A policy of AWS' own, by what stands behind arn:aws:iam::aws:policy/.
MANAGED_POLICY: Final = re.compile(r"([\w+=,.@-]+/)*[\w+=,.@-]{1,128}")


@dataclass(frozen=True, kw_only=True)
class PodIdentityArgs:
    """Whose identity it is and what it may do.

    ``service_account`` is the pods'. ``statements`` are IAM statements, which may hold outputs; ``managed_policies``
    are AWS' own, by what stands behind ``arn:aws:iam::aws:policy/``.
    """

    cluster: ClusterAccess
    #: By name.
    namespace: str
    service_account: str
    statements: pulumi.Input[Sequence[Mapping[str, Any]]] | None = None
    managed_policies: Sequence[str] = ()
    #: An add-on makes its own association; then only the role is made here.
    associate: bool = True
    #: The cluster, or what waits for it: its name alone is plain text, and orders nothing.
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "namespace", LABEL, LABELS)
        matches(self, "service_account", SUBDOMAIN, SUBDOMAINS)
        matches(self, "managed_policies", MANAGED_POLICY, "names of AWS' policies, such as ReadOnlyAccess")


class PodIdentity(pulumi.ComponentResource):
    """A role that only this service account of this cluster can assume, and the association that hands it out.

    Releases wait for ``ready``: a pod that is older than its association has no identity.
    """

    role_arn: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: PodIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, PodIdentityArgs)
        super().__init__("alphacar:identity:PodIdentity", name, None, opts)
        cluster, child = args.cluster, pulumi.ResourceOptions(parent=self)
        trust = pod_trust(cluster.place.account_id, cluster.arn, args.namespace, args.service_account)
        role = aws.iam.Role(role_name(name), assume_role_policy=json.dumps(trust), tags=args.tags, opts=child)
        grants: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy.rpartition('/')[2]}",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=child,
            )
            for policy in args.managed_policies
        ]
        if args.statements is not None:
            document = pulumi.Output.from_input(args.statements).apply(policy_document)
            grants.append(aws.iam.RolePolicy(name, role=role.id, policy=document, opts=child))
        self.ready = grants
        if args.associate:
            association = aws.eks.PodIdentityAssociation(
                name,
                cluster_name=cluster.cluster_name,
                namespace=args.namespace,
                service_account=args.service_account,
                role_arn=role.arn,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*grants, *args.after]),
            )
            self.ready = [association]
        self.role_arn = role.arn
        self.register_outputs({"roleArn": role.arn})


def policy_document(statements: Sequence[Mapping[str, Any]]) -> str:
    """An IAM policy of ``statements``; each allows unless it says otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    )

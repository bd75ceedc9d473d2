"""A role for the pipelines, and the managed policies that its permissions are packed into."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from bootstrap.granted import PATH
from bootstrap.policies import packed


def role(
    name: str,
    description: str,
    *,
    trust: Mapping[str, Any],
    statements: Sequence[Mapping[str, Any]],
    state: pulumi.Output[list[dict[str, Any]]],
    tags: Mapping[str, str],
    providers: Sequence[pulumi.Resource],
    session_seconds: int = 3600,
) -> aws.iam.Role:
    """The role ``alphacar-NAME`` with ``statements`` as managed policies, and those about the ``state`` as its own.

    Whoever becomes it stays so for ``session_seconds`` at the most (IAM takes 3,600 to 43,200).
    """
    made = aws.iam.Role(
        name,
        name=f"alphacar-{name}",
        path=PATH,
        description=description,
        assume_role_policy=json.dumps(trust),
        max_session_duration=session_seconds,
        tags=tags,
        # A trust names them by their ARNs, which are known before they exist.
        opts=pulumi.ResourceOptions(depends_on=providers),
    )
    for number, document in enumerate(packed([dict(each) for each in statements]), start=1):
        policy = aws.iam.Policy(
            f"{name}-{number}", name=f"alphacar-{name}-{number}", path=PATH, policy=document, tags=tags
        )
        aws.iam.RolePolicyAttachment(f"{name}-{number}", role=made.name, policy_arn=policy.arn)
    own = state.apply(lambda each: json.dumps({"Version": "2012-10-17", "Statement": each}))
    aws.iam.RolePolicy(f"{name}-state", role=made.id, policy=own)
    return made

"""How the team's GitLab pushes images: it signs in by OIDC, as one role a repository. There is no key to leak."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import common, given, matches, values_match
from ..identity import policy_document
from ..names import role_name

ISSUER: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?")
PROVIDER_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:oidc-provider/.+")
#: One repository: a star would let whoever builds it write all others.
REPOSITORY_ARN: Final = re.compile(r"arn:aws[a-z-]*:ecr:[a-z0-9-]+:\d{12}:repository/[a-z0-9._/-]+", re.ASCII)
#: A group, and what is below it; no star, which would trust whoever can choose a name.
PROJECT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")


@dataclass(frozen=True, kw_only=True)
class PushersArgs:
    """``projects`` maps a repository to the GitLab project that builds it; ``repository_arns`` to what it may write.

    ``issuer`` is the GitLab instance, as ``https://`` and a host. An account has one identity provider for it: whoever
    comes second takes the first one's ``provider_arn``.
    """

    issuer: str
    projects: Mapping[str, str]
    repository_arns: Mapping[str, pulumi.Input[str]]
    #: What ECR calls each repository, for the roles' descriptions; by default as in ``projects``.
    repository_names: Mapping[str, str] = field(default_factory=dict)
    provider_arn: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "issuer", ISSUER, "https:// and a host")
        matches(self, "provider_arn", PROVIDER_ARN, "an identity provider's ARN")
        values_match(self, "projects", PROJECT, "paths such as group/project")
        values_match(self, "repository_arns", REPOSITORY_ARN, "ARNs of repositories in ECR, each of one")
        if unknown := sorted(set(self.projects) - set(self.repository_arns)):
            raise ValueError(f"projects must name repositories that exist, not {', '.join(unknown)}")


class Pushers(pulumi.ComponentResource):
    """One identity provider for the GitLab instance, one role for each project."""

    provider_arn: pulumi.Output[str]
    role_arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: PushersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, PushersArgs)
        super().__init__("alphacar:pushers:Pushers", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.provider_arn = (
            aws.iam.OpenIdConnectProvider(
                name, url=args.issuer, client_id_lists=["sts.amazonaws.com"], tags=args.tags, opts=child
            ).arn
            if args.provider_arn is None
            else pulumi.Output.from_input(args.provider_arn)
        )
        host = args.issuer.removeprefix("https://")
        self.role_arns = {}
        for repository, project in sorted(args.projects.items()):
            role = aws.iam.Role(
                role_name(f"{name}-{repository}"),
                description=f"GitLab project {project} pushes {args.repository_names.get(repository, repository)}",
                assume_role_policy=pulumi.Output.all(self.provider_arn, host, project).apply(
                    lambda known: json.dumps(gitlab_trust(*known))
                ),
                max_session_duration=3600,
                tags=args.tags,
                opts=child,
            )
            aws.iam.RolePolicy(
                f"{name}-{repository}",
                role=role.id,
                policy=pulumi.Output.from_input(args.repository_arns[repository]).apply(
                    lambda arn: policy_document(push_statements(arn))
                ),
                opts=child,
            )
            self.role_arns[repository] = role.arn
        self.register_outputs({"roleArns": self.role_arns})


def gitlab_trust(provider_arn: str, host: str, project: str) -> dict[str, Any]:
    """Trust in pipelines of one project's main branch and of its tags, and in nothing else."""
    subjects = [f"project_path:{project}:ref_type:branch:ref:main", f"project_path:{project}:ref_type:tag:ref:*"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{host}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{host}:sub": subjects},
                },
            }
        ],
    }


def push_statements(repository_arn: str) -> list[dict[str, Any]]:
    """Sign in, and push to one repository; tags there cannot be moved."""
    return [
        {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            "Resource": repository_arn,
        },
    ]

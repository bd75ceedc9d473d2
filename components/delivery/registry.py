"""Image repositories in Amazon ECR."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

NAMESPACE: Final = "alphacar"


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """What the registry needs from its caller."""

    repositories: Sequence[str]
    keep_images: int
    untagged_expire_days: int
    key_arn: pulumi.Input[str]
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(set(self.repositories)) != len(self.repositories):
            raise ValueError(f"repositories must differ from each other: {', '.join(self.repositories)}")


class Registry(pulumi.ComponentResource):
    """Repositories whose tags cannot be moved, whose images are scanned on push and whose old images expire."""

    urls: dict[str, pulumi.Output[str]]
    arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:registry:Registry", name, None, opts)
        # Scanning set on a repository is deprecated by AWS; the registry's own rule is one an account and region.
        aws.ecr.RegistryScanningConfiguration(
            name,
            scan_type="BASIC",
            rules=[
                aws.ecr.RegistryScanningConfigurationRuleArgs(
                    scan_frequency="SCAN_ON_PUSH",
                    repository_filters=[
                        aws.ecr.RegistryScanningConfigurationRuleRepositoryFilterArgs(
                            filter="*", filter_type="WILDCARD"
                        )
                    ],
                )
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.urls, self.arns = {}, {}
        for image in args.repositories:
            repository = aws.ecr.Repository(
                f"{name}-{image}",
                name=f"{NAMESPACE}/{image}",
                image_tag_mutability="IMMUTABLE",
                encryption_configurations=[
                    aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=args.key_arn)
                ],
                force_delete=not args.protect,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            )
            aws.ecr.LifecyclePolicy(
                f"{name}-{image}",
                repository=repository.name,
                policy=json.dumps(expiry(args.keep_images, args.untagged_expire_days)),
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.urls[image] = repository.repository_url
            self.arns[image] = repository.arn
        self.register_outputs({"urls": self.urls})


def expiry(keep_images: int, untagged_expire_days: int) -> dict[str, Any]:
    """The lifecycle rules: untagged images go after some days, then only the newest are kept."""

    def rule(priority: int, description: str, selection: dict[str, Any]) -> dict[str, Any]:
        return {
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": {"type": "expire"},
        }

    return {
        "rules": [
            rule(
                1,
                f"untagged images expire after {untagged_expire_days} days",
                {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": untagged_expire_days,
                },
            ),
            # ECR wants the rule for any tag to come last.
            rule(
                2,
                f"the newest {keep_images} images are kept",
                {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images},
            ),
        ]
    }

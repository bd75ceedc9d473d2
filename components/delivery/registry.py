"""Image repositories in Amazon ECR."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import common, differ, given, matches, within
from ..names import named

_PART: Final = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
#: What ECR takes, which a prefix and a repository fill together (source: ECR API reference, CreateRepository).
REPOSITORY_NAME: Final = re.compile(rf"{_PART}(/{_PART})*")
REPOSITORY_NAMES: Final = "lower-case letters and digits, with dots, underscores, hyphens or slashes between them"
LONGEST: Final = 256


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """What the registry needs. ``repositories`` are names below ``repository_prefix``.

    Images are billed by the gigabyte: the newest ``keep_images`` of each repository are kept, and those without a tag
    for ``untagged_expire_days``. Nothing here scans them: that is the account's
    :class:`~components.account.baseline.RegistryScanning`.
    """

    repositories: Sequence[str]
    key_arn: pulumi.Input[str]
    #: Without slashes at its ends; by default the component's name.
    repository_prefix: str | None = None
    keep_images: int = 30
    untagged_expire_days: int = 7
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "repositories", REPOSITORY_NAME, REPOSITORY_NAMES)
        matches(self, "repository_prefix", REPOSITORY_NAME, REPOSITORY_NAMES)
        within(self, "keep_images", 1, 1000)
        within(self, "untagged_expire_days", 1, 365)
        differ(self, "repositories", "names")


class Registry(pulumi.ComponentResource):
    """Repositories whose tags cannot be moved and whose old images expire."""

    #: What ECR calls each repository, by its name in the arguments.
    names: dict[str, str]
    urls: dict[str, pulumi.Output[str]]
    arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, RegistryArgs)
        super().__init__("alphacar:registry:Registry", name, None, opts)
        prefix = named(args.repository_prefix, name, REPOSITORY_NAME, REPOSITORY_NAMES)
        self.names = {image: f"{prefix}/{image}" for image in args.repositories}
        if long := [full for full in self.names.values() if not 2 <= len(full) <= LONGEST]:
            raise ValueError(f"{', '.join(long)}: a repository's name has 2 to {LONGEST} characters")
        self.urls, self.arns = {}, {}
        for image in args.repositories:
            repository = aws.ecr.Repository(
                f"{name}-{image}",
                name=self.names[image],
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

"""What an account, or one of its regions, has only once: a second program beside this one must not declare it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from ..arguments import REGION, TAG_KEY, AccountRegion, common, given, matches
from ..names import named

#: What ECR takes for a prefix to copy by (source: ECR API reference, RepositoryFilter).
REPOSITORY_PREFIX: Final = re.compile(r"(?=.{2,256}$)[a-z0-9]+([._/-]+[a-z0-9]+)*/?")
MONITOR_ARN: Final = re.compile(r"arn:aws[a-z-]*:ce::\d{12}:anomalymonitor/[A-Za-z0-9-]+")
MONITOR_ARNS: Final = "an anomaly monitor's ARN, such as arn:aws:ce::ACCOUNT:anomalymonitor/ID"
MONITOR_NAME: Final = re.compile(r"\S(.{0,1022}\S)?")
MONITOR_NAMES: Final = "1 to 1024 characters"


class Account(pulumi.ComponentResource):
    """No bucket and no snapshot is public, whatever its own settings say, and no disk rests in clear text.

    All cost nothing. Once an account (buckets) and region (disks and snapshots).
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:account:Account", name, None, opts)
        # Deleting any of them opens the account: a stack that goes leaves it as safe as it was.
        kept = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        aws.s3.AccountPublicAccessBlock(
            name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=kept,
        )
        aws.ebs.EncryptionByDefault(name, enabled=True, opts=kept)
        # New shares with everybody are refused, and those that there are open nothing.
        aws.ebs.SnapshotBlockPublicAccess(name, state="block-all-sharing", opts=kept)
        self.register_outputs({})


class RegistryScanning(pulumi.ComponentResource):
    """Every image of ECR is scanned when it is pushed, at no price. Once an account and region.

    Scanning set on a repository is deprecated by AWS, and the registry has one rule for all of them.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:registry:RegistryScanning", name, None, opts)
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
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class RegistryReplicationArgs:
    """Which repositories are copied, by what their names begin with, and to which region of the same account."""

    place: AccountRegion
    #: The second one, such as ap-northeast-1.
    region: str
    #: Such as ``shop/``.
    repository_prefix: str

    def __post_init__(self) -> None:
        common(self)
        matches(self, "region", REGION, "a region such as ap-northeast-1")
        matches(self, "repository_prefix", REPOSITORY_PREFIX, "2 to 256 lower-case letters, digits and ._/-")
        if self.region == self.place.region:
            raise ValueError(f"region must be another region than the registry's, not {self.region}")


class RegistryReplication(pulumi.ComponentResource):
    """Every image that is pushed from now on is copied to a second region. Once an account and region.

    Each repository is made there with ECR's defaults: encrypted by AWS's own key, its tags movable, nothing expired.
    """

    def __init__(self, name: str, args: RegistryReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, RegistryReplicationArgs)
        super().__init__("alphacar:registry:RegistryReplication", name, None, opts)
        aws.ecr.ReplicationConfiguration(
            name,
            replication_configuration=aws.ecr.ReplicationConfigurationReplicationConfigurationArgs(
                rules=[
                    aws.ecr.ReplicationConfigurationReplicationConfigurationRuleArgs(
                        destinations=[
                            aws.ecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArgs(
                                region=args.region, registry_id=args.place.account_id
                            )
                        ],
                        repository_filters=[
                            aws.ecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArgs(
                                filter=args.repository_prefix, filter_type="PREFIX_MATCH"
                            )
                        ],
                    )
                ]
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class TraceEncryptionArgs:
    """The key that X-Ray encrypts traces with."""

    key_arn: pulumi.Input[str]

    def __post_init__(self) -> None:
        common(self)


class TraceEncryption(pulumi.ComponentResource):
    """X-Ray keeps every trace under a key of one's own. Once an account and region."""

    def __init__(self, name: str, args: TraceEncryptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, TraceEncryptionArgs)
        super().__init__("alphacar:traces:TraceEncryption", name, None, opts)
        aws.xray.EncryptionConfig(name, type="KMS", key_id=args.key_arn, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class SearchLinkedRoleArgs:
    """Tags alone: the role's name and rights are AWS's."""

    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)


class SearchLinkedRole(pulumi.ComponentResource):
    """The role by which OpenSearch puts a domain's interfaces into a VPC. Once an account; its domains wait for it."""

    def __init__(self, name: str, args: SearchLinkedRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, SearchLinkedRoleArgs)
        super().__init__("alphacar:search:SearchLinkedRole", name, None, opts)
        aws.iam.ServiceLinkedRole(
            name,
            aws_service_name="opensearchservice.amazonaws.com",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class CostExplorerArgs:
    """What Cost Explorer is to watch.

    ``tag_key`` is the tag that spending is grouped by, once a bill has shown it: before, AWS knows no such key and
    refuses to activate it. ``monitor_arn`` is the account's monitor of services, when it has one: AWS makes no second,
    and newer accounts begin with one.
    """

    tag_key: str | None = None
    monitor_arn: str | None = None
    #: By default the component's name.
    monitor_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "tag_key", TAG_KEY, "a tag's key")
        matches(self, "monitor_arn", MONITOR_ARN, MONITOR_ARNS)
        matches(self, "monitor_name", MONITOR_NAME, MONITOR_NAMES)


class CostExplorer(pulumi.ComponentResource):
    """A watch over every service's spending, and the tag that tells it apart. Once an account; both cost nothing."""

    monitor_arn: pulumi.Output[str]

    def __init__(self, name: str, args: CostExplorerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, CostExplorerArgs)
        super().__init__("alphacar:budgets:CostExplorer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.tag_key:
            # Cost Explorer groups, and a budget counts, by a tag only once it has been activated.
            aws.costexplorer.CostAllocationTag(name, tag_key=args.tag_key, status="Active", opts=child)
        self.monitor_arn = (
            pulumi.Output.from_input(args.monitor_arn)
            if args.monitor_arn
            else aws.costexplorer.AnomalyMonitor(
                name,
                name=named(args.monitor_name, name, MONITOR_NAME, MONITOR_NAMES),
                monitor_type="DIMENSIONAL",
                monitor_dimension="SERVICE",
                tags=args.tags,
                opts=child,
            ).arn
        )
        self.register_outputs({"monitorArn": self.monitor_arn})

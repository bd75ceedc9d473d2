"""AWS Backup's own tests: the latest recovery point of each store restored on schedule, timed, kept and deleted again.

It proves that AWS can restore and how long that takes, and reads no data: the drills do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi
import pulumi_aws as aws

from ..arguments import AccountRegion, common, given, matches, one_of, require, within
from ..names import named, role_name
from ..trust import service_trust
from .vaults import STORE_ARN

#: What AWS Backup takes for a vault (source: AWS Backup developer guide).
VAULT_NAME: Final = re.compile(r"[A-Za-z0-9_-]{2,50}")
VAULT_NAMES: Final = "2 to 50 letters, digits, hyphens and underscores"
#: What it takes for a restore testing plan and a selection (source: AWS Backup API reference).
PLAN_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,50}")
PLAN_NAMES: Final = "1 to 50 letters, digits and underscores"
#: Kinds of stores of ours that restore testing takes (source: RestoreTestingSelectionForCreate; it also takes Aurora,
#: DynamoDB, EBS, EC2, EFS, FSx, Neptune and S3).
Kind = Literal["DocumentDB", "RDS"]
KINDS: Final = ("DocumentDB", "RDS")


@dataclass(frozen=True, kw_only=True)
class TestedStore:
    """One store of a ``kind``, by its ``arn``, and where AWS Backup restores it: in a default VPC, where nobody says.

    ``subnet_group`` is its name, ``security_group_ids`` are those of the store itself.
    """

    kind: Kind
    arn: pulumi.Input[str]
    subnet_group: pulumi.Input[str]
    security_group_ids: Sequence[pulumi.Input[str]]

    #: No test of pytest's.
    __test__ = False

    def __post_init__(self) -> None:
        common(self)
        one_of(self, "kind", KINDS)
        matches(self, "arn", STORE_ARN, "a store's ARN")
        require(self, "security_group_ids", bool(self.security_group_ids), "one security group or more")


@dataclass(frozen=True, kw_only=True)
class RestoreTestingArgs:
    """What is tested (``stores``, by name), from which vaults (``vault_names``), how often and for how long it is kept.

    ``every_days`` counts from the first of each month; each of ``keep_hours`` bills what was restored; a test begins
    within ``start_hours`` of 21:00 UTC, after the weekly copies of Saturday.
    """

    place: AccountRegion
    vault_names: Sequence[str]
    stores: Mapping[str, TestedStore]
    every_days: int = 31
    keep_hours: int = 4
    start_hours: int = 8
    #: By default the component's name with underscores.
    plan_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        require(self, "vault_names", bool(self.vault_names), "one vault or more")
        matches(self, "vault_names", VAULT_NAME, VAULT_NAMES)
        matches(self, "plan_name", PLAN_NAME, PLAN_NAMES)
        require(self, "stores", bool(self.stores), "one store or more")
        matches(self, "stores", PLAN_NAME, f"called by {PLAN_NAMES}")
        within(self, "every_days", 1, 31)
        within(self, "keep_hours", 1, 168)
        within(self, "start_hours", 1, 168)


class RestoreTesting(pulumi.ComponentResource):
    """A plan, a selection a store, and the role that restores."""

    #: What AWS Backup calls the plan.
    plan_name: str

    def __init__(self, name: str, args: RestoreTestingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, RestoreTestingArgs)
        super().__init__("alphacar:restoretesting:RestoreTesting", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.plan_name = named(args.plan_name, name.replace("-", "_"), PLAN_NAME, PLAN_NAMES)
        role = aws.iam.Role(
            role_name(name),
            assume_role_policy=json.dumps(service_trust("backup.amazonaws.com")),
            tags=args.tags,
            opts=child,
        )
        grant = aws.iam.RolePolicyAttachment(
            name,
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
            opts=child,
        )
        plan = aws.backup.RestoreTestingPlan(
            name,
            name=self.plan_name,
            schedule_expression=f"cron(0 21 1/{args.every_days} * ? *)",
            start_window_hours=args.start_hours,
            recovery_point_selection=aws.backup.RestoreTestingPlanRecoveryPointSelectionArgs(
                # What would be restored after a disaster is the newest, not one by chance.
                algorithm="LATEST_WITHIN_WINDOW",
                include_vaults=[
                    f"arn:aws:backup:{args.place.region}:{args.place.account_id}:backup-vault:{vault}"
                    for vault in args.vault_names
                ],
                recovery_point_types=["SNAPSHOT"],
                # Copies are weekly: without one of the last ten days there is nothing to test, and the test fails.
                selection_window_days=10,
            ),
            tags=args.tags,
            opts=child,
        )
        for key, store in sorted(args.stores.items()):
            aws.backup.RestoreTestingSelection(
                f"{name}-{key}",
                name=key,
                restore_testing_plan_name=plan.name,
                iam_role_arn=role.arn,
                protected_resource_type=store.kind,
                protected_resource_arns=[store.arn],
                # The list is JSON in a text (recalled: metadata of a recovery point of RDS, as AWS Backup shows it).
                restore_metadata_overrides={
                    "dbSubnetGroupName": store.subnet_group,
                    "vpcSecurityGroupIds": pulumi.Output.json_dumps(list(store.security_group_ids)),
                },
                validation_window_hours=args.keep_hours,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[grant]),
            )
        self.register_outputs({"planName": self.plan_name})

"""AWS Backup: a locked vault and a plan for each store that AWS keeps, and copies in a second region and account."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws

from ..arguments import REGION, AccountRegion, common, given, matches, one_of, require, values_match, within
from ..names import named, role_name
from ..trust import service_trust

#: What AWS Backup takes for vaults and plans (source: AWS Backup developer guide); a store's name is put behind it.
PREFIX: Final = re.compile(r"[A-Za-z0-9_-]{2,30}")
PREFIXES: Final = "2 to 30 letters, digits, hyphens and underscores"
STORE: Final = re.compile(r"[a-z][a-z0-9-]{0,17}[a-z0-9]")
STORE_ARN: Final = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+")
VAULT_ARN: Final = re.compile(r"arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}")
ROLE_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
#: As EventBridge writes them, which the plan's schedules are (source: AWS Backup developer guide, cron expressions).
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: The day whose recovery point is kept longest: 20:00 UTC on Saturday is 05:00 on Sunday in Seoul, after the crawl.
KEPT_DAY: Final = "SAT"
HOUR: Final = 20
#: Minutes within which a job begins, and within which it is done, both counted from the schedule; AWS wants the second
#: to be an hour more than the first at least (source: AWS Backup API reference, BackupRuleInput).
START_MINUTES, DONE_MINUTES = 60, 120
#: AWS grants three days in which a lock can be taken back, at least (source: PutBackupVaultLockConfiguration).
LEAST_GRACE: Final = 3
#: What undoes a copy, and what undoes the refusal.
UNDOES_COPIES: Final = ("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle")
UNDOES_REFUSAL: Final = (
    "backup:PutBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:DeleteBackupVault",
)


@dataclass(frozen=True, kw_only=True)
class Copies:
    """Where each recovery point of ``days`` is copied to, under a key of that place, and for how long it is kept there.

    DocumentDB is copied whole every time, and bills each gigabyte that crosses regions. ``account_vault_arn`` is a
    vault of another account in the stores' own region: AWS copies databases to another region, or to another account,
    and not to both at once (source: AWS Backup developer guide, copying a backup).
    """

    #: The second one, such as ap-northeast-1.
    region: str
    key_arn: pulumi.Input[str]
    #: Days, of the copies there.
    retention_days: int = 14
    days: Sequence[str] = (KEPT_DAY,)
    account_vault_arn: str | None = None

    def __post_init__(self) -> None:
        common(self)
        matches(self, "region", REGION, "a region such as ap-northeast-1")
        matches(self, "account_vault_arn", VAULT_ARN, "a vault's ARN")
        within(self, "retention_days", 1, 36_500)
        require(self, "days", bool(self.days) and set(self.days) <= set(DAYS), f"some of {', '.join(DAYS)}")


@dataclass(frozen=True, kw_only=True)
class VaultsArgs:
    """What vaults need: ``stores``, each a name and the ARN of a store that AWS Backup copies (DocumentDB, RDS).

    ``daily_days`` of 0 copies on Saturdays only; those are kept for ``weekly_days``. ``lock`` is ``compliance``, which
    nobody takes back once ``lock_grace_days`` are over, the account's root included; ``governance``, which whoever may
    do so takes back; or ``none``.
    """

    place: AccountRegion
    stores: Mapping[str, pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    daily_days: int = 7
    weekly_days: int = 30
    lock: Literal["none", "governance", "compliance"] = "none"
    lock_grace_days: int = 14
    #: The one role that may change a vault's policy and lock; without it nobody can, and the stack cannot be destroyed.
    keeper_role_arn: str | None = None
    #: None, where nothing is copied.
    copies: Copies | None = None
    #: Before the stores' names in those of vaults and plans; by default the component's name.
    prefix: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "stores", STORE, "names of lower-case letters, digits and hyphens")
        values_match(self, "stores", STORE_ARN, "ARNs of stores")
        matches(self, "keeper_role_arn", ROLE_ARN, "a role's ARN")
        matches(self, "prefix", PREFIX, PREFIXES)
        within(self, "daily_days", 0, 3650)
        within(self, "weekly_days", 1, 3650)
        one_of(self, "lock", ("none", "governance", "compliance"))
        within(self, "lock_grace_days", LEAST_GRACE, 36_500)
        if self.copies and (lost := [day for day in self.copies.days if not self.daily_days and day != KEPT_DAY]):
            raise ValueError(f"copies.days: nothing is copied on {', '.join(lost)} while daily_days is 0")
        if self.copies and self.copies.region == self.place.region:
            raise ValueError(f"copies.region must be another region than the stores', not {self.copies.region}")


class Vaults(pulumi.ComponentResource):
    """A vault and a plan a store, so that each store's newest copy has a metric, and a schedule, of its own.

    A store's own backups are deleted with it; these are not.
    """

    #: What AWS Backup calls each store's vault.
    vault_names: dict[str, str]

    def __init__(self, name: str, args: VaultsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, VaultsArgs)
        super().__init__("alphacar:vaults:Vaults", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        prefix = named(args.prefix, name, PREFIX, PREFIXES)
        self.vault_names = {store: f"{prefix}-{store}" for store in args.stores}
        if not args.stores:
            self.register_outputs({})
            return
        role = aws.iam.Role(
            role_name(name),
            assume_role_policy=json.dumps(service_trust("backup.amazonaws.com")),
            tags=args.tags,
            opts=child,
        )
        grants = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/service-role/{policy}",
                opts=child,
            )
            for policy in ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
        ]
        for store, arn in args.stores.items():
            vault = self._vault(f"{name}-{store}", self.vault_names[store], args)
            targets = [*self._copied(f"{name}-{store}-copies", self.vault_names[store], args)]
            plan = aws.backup.Plan(
                f"{name}-{store}",
                name=self.vault_names[store],
                rules=[*_rules(vault.name, targets, args)],
                tags=args.tags,
                opts=child,
            )
            aws.backup.Selection(
                f"{name}-{store}",
                name=store,
                plan_id=plan.id,
                iam_role_arn=role.arn,
                resources=[arn],
                opts=pulumi.ResourceOptions(parent=self, depends_on=grants),
            )
        self.register_outputs({"vaults": self.vault_names})

    def _copied(self, name: str, vault_name: str, args: VaultsArgs) -> Iterator[pulumi.Input[str]]:
        """The vaults that recovery points are copied to."""
        if copies := args.copies:
            yield self._vault(name, vault_name, args, copies).arn
            if copies.account_vault_arn:
                yield copies.account_vault_arn

    def _vault(
        self,
        name: str,
        vault_name: str,
        args: VaultsArgs,
        copies: Copies | None = None,
    ) -> aws.backup.Vault:
        """A vault beside the stores, or of ``copies``, which gives nothing away before its time."""
        region = copies.region if copies else None
        daily, weekly = args.daily_days or args.weekly_days, args.weekly_days
        child = pulumi.ResourceOptions(parent=self)
        vault = aws.backup.Vault(
            name,
            name=vault_name,
            kms_key_arn=copies.key_arn if copies else args.key_arn,
            force_destroy=not args.protect,
            region=region,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        # What may be thrown away is not held on to.
        if args.protect:
            aws.backup.VaultPolicy(
                name,
                backup_vault_name=vault.name,
                policy=json.dumps(refusal(args.keeper_role_arn)),
                region=region,
                opts=child,
            )
        if args.lock != "none":
            aws.backup.VaultLockConfiguration(
                name,
                backup_vault_name=vault.name,
                changeable_for_days=args.lock_grace_days if args.lock == "compliance" else None,
                min_retention_days=copies.retention_days if copies else min(daily, weekly),
                region=region,
                opts=child,
            )
        return vault


def refusal(keeper_role_arn: str | None) -> dict[str, Any]:
    """The policy of a vault: nobody deletes a copy or makes it shorter-lived, and one role at most changes that.

    AWS Backup itself ends what has expired: no policy of a vault stands in its way.
    """
    every = {"Effect": "Deny", "Principal": "*", "Resource": "*"}
    kept: dict[str, Any] = {**every, "Sid": "RefusalIsKept", "Action": list(UNDOES_REFUSAL)}
    if keeper_role_arn:
        kept["Condition"] = {"ArnNotEquals": {"aws:PrincipalArn": keeper_role_arn}}
    return {
        "Version": "2012-10-17",
        "Statement": [{**every, "Sid": "CopiesAreKept", "Action": list(UNDOES_COPIES)}, kept],
    }


def _rules(
    vault: pulumi.Input[str], targets: Sequence[pulumi.Input[str]], args: VaultsArgs
) -> Iterator[aws.backup.PlanRuleArgs]:
    """A rule for each lot of days that are kept as long and copied alike."""
    copied = set(args.copies.days) if args.copies else set()
    daily = [day for day in DAYS if day != KEPT_DAY and args.daily_days]
    lots = {
        "daily": ([day for day in daily if day not in copied], args.daily_days, False),
        "daily-copied": ([day for day in daily if day in copied], args.daily_days, True),
        "weekly": ([KEPT_DAY], max(args.weekly_days, args.daily_days), KEPT_DAY in copied),
    }
    for title, (days, kept, is_copied) in lots.items():
        if days:
            yield aws.backup.PlanRuleArgs(
                rule_name=title,
                target_vault_name=vault,
                schedule=f"cron(0 {HOUR} ? * {','.join(days)} *)",
                start_window=START_MINUTES,
                completion_window=DONE_MINUTES,
                lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=kept),
                copy_actions=[
                    aws.backup.PlanRuleCopyActionArgs(
                        destination_vault_arn=target,
                        lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(
                            delete_after=args.copies.retention_days if args.copies else kept
                        ),
                    )
                    for target in targets
                ]
                if is_copied
                else None,
            )

"""What a bad day may cost: which copies are kept, where, and what is promised of each store that holds data."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.section import Day, Section, Text

Weekday = Literal["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws:iam::\d{12}:role/[\w+=,.@/-]+$")]
VaultArn = Annotated[str, StringConstraints(pattern=r"^arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[\w-]{2,50}$")]
#: What may hold data, as its promise is called below ``landing:recovery``.
Store = Literal["documents", "workflow", "cache", "search", "volumes", "cluster", "secrets", "audit"]
STORES: Final[tuple[Store, ...]] = get_args(Store)
#: CloudWatch looks back a week, so no alarm could hold a longer promise.
MOST_HOURS: Final = 168
#: As long as a waiver may hold.
LONGEST: Final = timedelta(days=366)


class Vault(Section):
    """AWS Backup's recovery points of documents and of the workflow database, in a vault each."""

    daily_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=0, description="how long daily ones are kept; 0: only Saturday's are made, which retentionDays keeps"
    )
    lock: Literal["none", "governance", "compliance"] = Field(
        default="none", description="compliance: after lockGraceDays nobody can take it back, the root user included"
    )
    lock_grace_days: Annotated[int, Field(ge=3, le=365)] = Field(
        default=14, description="days in which a compliance lock can still be taken back"
    )
    keeper_role_arn: RoleArn | None = Field(
        default=None, description="the one role that may change a protected vault's policy and lock; unset: nobody"
    )


class Elsewhere(Section):
    """Copies in a second region, which a lost region, or whoever has the first one, does not take along.

    Tokyo: DocumentDB, OpenSearch and EKS run there, so that a copy can be restored where it lies; and the price of a
    gigabyte from Seoul is known (0.08 USD), which to Osaka it is not.
    """

    region: Literal["ap-northeast-1"] = Field(
        default="ap-northeast-1",
        description="where copies lie: Tokyo, where each store can be restored and the price of sending is known",
    )
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = Field(
        default=("WED", "SAT"),
        description="whose recovery points are copied; DocumentDB sends its whole size each time",
    )
    retention_days: Annotated[int, Field(ge=1, le=365)] = Field(default=14, description="days, of copies there")
    account_vault_arn: VaultArn | None = Field(
        default=None, description="a vault of another account, in the stores' own region, to which each is copied too"
    )
    cluster: bool = Field(default=True, description="Velero's bucket is replicated as well")
    registry: bool = Field(default=False, description="images of ECR are replicated as well")

    @field_validator("days")
    @classmethod
    def _once(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if twice := [day for day in dict.fromkeys(days) if days.count(day) > 1]:
            raise ValueError(f"{twice[0]} is named twice; allowed is once")
        return days


class Promise(Section):
    """How much a loss may cost: hours of changes (RPO), and hours until they serve again (RTO)."""

    rpo_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = Field(description="hours of changes that may be lost")
    rto_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = Field(
        description="hours from the decision to restore until the store serves again"
    )
    elsewhere_rpo_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] | None = Field(
        default=None, description="hours of changes that a lost region may cost; unset wants an entry of notElsewhere"
    )


class NotElsewhere(Section):
    """Stores without a copy in a second region on purpose: why, who answers for it, and until when."""

    stores: Annotated[tuple[Store, ...], Field(min_length=1)] = Field(
        description="that have no copy in a second region, each named once"
    )
    reason: Text = Field(description="why not; reports say it beside the price of a copy")
    owner: Text = Field(description="team that answers for it; counts only if stacks/waiver-owners.yaml lists it")
    since: Day = Field(description="day on which it was agreed")
    until: Day = Field(
        description="last day on which it holds, at most 366 days after since; where data is protected the "
        "missing copy is then refused"
    )

    @model_validator(mode="after")
    def _dated(self) -> NotElsewhere:
        if not self.since < self.until <= self.since + LONGEST:
            raise ValueError(f"until must be after since, and at most {LONGEST.days} days after it")
        return self


class Recovery(Section):
    """What is promised of each store that holds data, and what has no copy in a second region.

    A cache whose snapshots are kept holds data, and so do secrets that can be brought back after their deletion; so
    does whatever else is built, but for images, which are built again from their commits, and for logs and traces,
    which expire by themselves.
    """

    documents: Promise | None = None
    workflow: Promise | None = Field(default=None, description="Airflow's database")
    cache: Promise | None = Field(default=None, description="with cache.snapshotRetentionDays of 1 or more")
    search: Promise | None = None
    volumes: Promise | None = Field(default=None, description="disks that pods claim")
    cluster: Promise | None = Field(default=None, description="objects of the cluster, which Velero keeps")
    secrets: Promise | None = Field(default=None, description="with secrets.recoveryDays of 7 or more")
    audit: Promise | None = Field(default=None, description="the trail's bucket")
    not_elsewhere: tuple[NotElsewhere, ...] = ()

    def promise(self, store: Store) -> Promise | None:
        """What is promised of ``store``."""
        found: Promise | None = getattr(self, store)
        return found

    def excepted(self, store: Store) -> NotElsewhere | None:
        """Why ``store`` has no copy in a second region, where that is said."""
        return next((each for each in self.not_elsewhere if store in each.stores), None)


def region_of(arn: str) -> str:
    """The region in a vault's ARN."""
    return arn.split(":")[3]

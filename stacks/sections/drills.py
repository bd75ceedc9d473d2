"""Which stores are brought back for a try, how often, and from which day on that counts."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from stacks.offered import REGION
from stacks.section import Day, Section

#: What a drill restores: DocumentDB, Airflow's database, what Velero keeps of the cluster, versions of S3 objects, and
#: secrets that were deleted.
Drilled = Literal["documents", "workflow", "backup", "objects", "secrets"]
#: The tag of everything that a drill makes, in the cluster the label: what is without it is never deleted by one.
MARK: Final = ("recovery", "drill")
#: A day of the month is a cron field: what is due less often than monthly has none.
EveryDays = Annotated[int, Field(ge=1, le=31)]
#: By its ARN, because a role is given no alias.
SigningKey = Annotated[str, StringConstraints(pattern=rf"^arn:aws:kms:{REGION}:[0-9]{{12}}:key/[A-Za-z0-9-]+$")]


class Drill(Section):
    """One store's drill: its last good one may not be older than ``every_days``."""

    every_days: EveryDays = Field(
        description="how old the last good drill may be; by drillImage one begins as often, counted from the "
        "first of each month"
    )
    since: Day | None = Field(
        default=None,
        description="in prod, from one period after this day on a missing drill is refused; elsewhere it is told",
    )


class RestoreTesting(Section):
    """AWS Backup's own tests: the latest recovery point of each store restored, timed, and deleted again."""

    every_days: EveryDays = Field(default=31, description="between two tests, counted from the first of each month")
    #: Each hour of it bills what was restored.
    keep_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        default=4, description="for how long what was restored is kept to be looked at; its hours are billed"
    )
    start_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        default=8, description="within how many hours of 21:00 UTC a test begins"
    )

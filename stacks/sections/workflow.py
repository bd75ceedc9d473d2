"""The workflow that fills the stores: Airflow, what its weekly crawl reads, and when its password changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from stacks.offered import sold
from stacks.section import Section, Text


def _versioned(image: str) -> str:
    if image.endswith(":latest"):
        raise ValueError(f"{image!r} names no version; allowed is any tag but latest, with or without a digest")
    return image


PostgresClass = Annotated[str, AfterValidator(lambda name: sold("postgres", name))]
Page = Annotated[str, StringConstraints(pattern=r"^/[^\s{}]{0,120}$")]
Image = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/:-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?$"),
    AfterValidator(_versioned),
]


class PasswordRotation(Section):
    """The hour of the week in which AWS changes the password of Airflow's database, and Airflow is restarted."""

    day: Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] = "TUE"
    hour_utc: Annotated[int, Field(ge=0, le=22)] = Field(default=20, description="20 is 05:00 in Seoul, a day later")


class Crawl(Section):
    """What the weekly crawl reads; it signs in with the inventory's danawa-crawler."""

    site: Annotated[str, StringConstraints(pattern=r"^https://[^/\s{}]+$")]
    #: All of them are one variable of every Airflow pod, and Linux takes none longer than 128 KiB.
    pages: Annotated[tuple[Page, ...], Field(min_length=1, max_length=1000)]


class Workflow(Section):
    """Apache Airflow on EKS and the PostgreSQL that holds its metadata."""

    database_class: PostgresClass
    database_storage_gb: Annotated[int, Field(ge=20, le=500)] = 20
    database_backup_days: Annotated[int, Field(ge=1, le=35)] = 7
    dags_repository: Annotated[str, StringConstraints(pattern=r"^https://[^@\s]+\.git$")]
    dags_reference: Text = "main"
    log_expire_days: Annotated[int, Field(ge=7, le=730)] = 90
    image: Image | None = Field(
        default=None, description="Airflow's own image with pymongo added, as name:tag; a digest may follow"
    )
    crawl: Crawl | None = None
    password_rotation: PasswordRotation = Field(default_factory=PasswordRotation)

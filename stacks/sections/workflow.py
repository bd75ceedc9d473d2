"""The workflow that fills the stores: Airflow, and what its weekly crawl reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from stacks.offered import sold
from stacks.section import Image, Section, Text

PostgresClass = Annotated[str, AfterValidator(lambda name: sold("postgres", name))]
Page = Annotated[str, StringConstraints(pattern=r"^/[^\s{}]{0,120}$")]


class Crawl(Section):
    """What the weekly crawl reads; it signs in with the inventory's danawa-crawler."""

    site: Annotated[str, StringConstraints(pattern=r"^https://[^/\s{}]+$")] = Field(
        description="what the crawl reads, an https address without a path"
    )
    #: All of them are one variable of every Airflow pod, and Linux takes none longer than 128 KiB.
    pages: Annotated[tuple[Page, ...], Field(min_length=1, max_length=1000)] = Field(
        description="paths below site, read each week"
    )
    match_field: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w{0,63}$")] | None = Field(
        default=None,
        description="field of restored documents with a vehicle's page, as path or address; none: they stop the crawl",
    )


class Workflow(Section):
    """Apache Airflow on EKS and the PostgreSQL that holds its metadata."""

    database_class: PostgresClass = Field(description="of its one instance, billed by the hour; there is no standby")
    database_storage_gb: Annotated[int, Field(ge=20, le=500)] = Field(
        default=20, description="gp3; it can grow and never shrink"
    )
    database_backup_days: Annotated[int, Field(ge=1, le=35)] = Field(
        default=7, description="within which any second can be restored"
    )
    dags_repository: Annotated[str, StringConstraints(pattern=r"^https://[^@\s]+\.git$")] = Field(
        description="Git repository whose folder migration/dags Airflow reads, signed in to by the secret airflow-git"
    )
    dags_reference: Text = Field(
        default="main", description="branch or tag, looked at every five minutes: what is pushed there runs"
    )
    log_expire_days: Annotated[int, Field(ge=7, le=730)] = Field(
        default=90, description="until task logs are deleted from S3"
    )
    image: Image | None = Field(
        default=None, description="Airflow's own image with pymongo added, as name:tag; a digest may follow"
    )
    crawl: Crawl | None = None

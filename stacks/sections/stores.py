"""What holds data: documents, cache, search, images and secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from stacks.offered import sold
from stacks.section import Day, Image, LogRetentionDays, Name, Section, Text

DocumentsClass = Annotated[str, AfterValidator(lambda name: sold("documents", name))]
CacheClass = Annotated[str, AfterValidator(lambda name: sold("cache", name))]
SearchClass = Annotated[str, AfterValidator(lambda name: sold("search", name))]


class Documents(Section):
    """Amazon DocumentDB. Versions are fully qualified: AWS resolves a short one to its newest minor."""

    engine_version: Literal["5.0.0", "5.0.1", "5.0.2", "8.0.0", "8.0.1", "8.0.2"] = Field(
        description="upgraded in the maintenance window, never downgraded; AWS refuses 5.0 to 8.0, as the component "
        "allows no major upgrade. Before 8.0.2 applications connect without retryable writes"
    )
    instance_class: DocumentsClass = Field(
        description="of every instance, billed by the hour; a change waits for the maintenance window"
    )
    instances: Annotated[int, Field(ge=1, le=16)] = Field(
        description="the writer and its replicas, each at its full price; 1 has nothing to fail over to"
    )
    backup_retention_days: Annotated[int, Field(ge=1, le=35)] = Field(
        description="within which any second can be restored; only backup beyond the cluster's own size is billed"
    )
    log_retention_days: LogRetentionDays = Field(default=90, description="of the audit and of slow queries")


class Cache(Section):
    """ElastiCache for Valkey; failover starts with the first replica."""

    engine_version: Literal["7.2", "8.0", "8.1", "8.2", "9.0", "9.1"] = Field(
        description="of Valkey; an upgrade waits for the maintenance window"
    )
    node_type: CacheClass = Field(
        description="of every node, billed by the hour; a change waits for the maintenance window"
    )
    replicas: Annotated[int, Field(ge=0, le=5)] = Field(
        description="nodes beside the primary, each at its full price, which take over when it is lost; 0: nothing does"
    )
    snapshot_retention_days: Annotated[int, Field(ge=0, le=35)] = Field(
        description="of daily snapshots; 0: none are taken, and the cache counts as holding no data"
    )


class Domain(Section):
    """One OpenSearch domain."""

    engine_version: Literal[
        "OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5", "OpenSearch_3.7"
    ] = Field(description="a minor one is upgraded in place, never downgraded; a major one begins as a second domain")
    instance_type: SearchClass = Field(description="of every data node, billed by the hour")
    instances: Annotated[int, Field(ge=1, le=40)] = Field(
        description="data nodes, spread evenly over at most three zones; in prod 3 or more, so that a "
        "majority is left when one is lost"
    )
    volume_gb: Annotated[int, Field(ge=10, le=1000)] = Field(description="each data node's disk, gp3")


class SearchSnapshots(Section):
    """A snapshot a day of the live domain in a bucket of ours: the service's own hourly ones go with the domain."""

    hour_utc: Annotated[int, Field(ge=0, le=23)] = Field(default=19, description="19 is 04:00 in Seoul")
    keep_days: Annotated[int, Field(ge=1, le=365)] = Field(default=14, description="days, as long as the service's own")
    image: Image | None = Field(
        default=None,
        description="an image with Python and botocore, as name:tag; unset: that of secrets.rotation",
    )


class Search(Section):
    """Amazon OpenSearch Service: the live domain, and a second one only while a migration or major upgrade runs."""

    live: Literal["blue", "green"] = Field(
        description="domain whose address applications get, and that alarms and snapshots are of; switching "
        "it redirects them"
    )
    domains: Annotated[dict[Literal["blue", "green"], Domain], Field(min_length=1)]
    log_retention_days: LogRetentionDays = Field(default=30, description="of errors, slow searches and the audit")
    snapshots: SearchSnapshots | None = Field(default=None, description="absent: nothing of it outlives the domain")


class Pushers(Section):
    """Which GitLab projects may push which images, by OIDC; nobody holds a key."""

    issuer: Annotated[str, StringConstraints(pattern=r"^https://[^/]+$")] = Field(
        description="the GitLab instance, an https address without a path, whose identity provider the bootstrap makes"
    )
    projects: Annotated[dict[Name, Text], Field(min_length=1)] = Field(description="repository: GitLab project path")


class Registry(Section):
    """ECR repositories below alphacar/, one an image."""

    repositories: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="names of images; one that is taken away goes with its images, which deletionProtection refuses"
    )
    keep_images: Annotated[int, Field(ge=5, le=1000)] = Field(
        default=30,
        description="newest images kept of each repository; older ones expire, and nothing can go back to them",
    )
    untagged_expire_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=7, description="until an image without a tag expires"
    )
    pushers: Pushers | None = None


#: What an entry opens, and so whoever has to be told before its next value counts.
RotatedBy = Literal[
    "documents", "documents-reader", "database", "database-reader", "airflow", "grafana", "fernet", "drawn"
]


class Rotates(Section):
    """How an entry gets its next value; the program that does it is components/stores/rotator."""

    days: Annotated[int, Field(ge=7, le=90)] = Field(description="for how long a value may last; FSBP allows 90")
    by: RotatedBy = Field(
        default="drawn",
        description="documents, database: users of DocumentDB and of Airflow's PostgreSQL, two in turn; "
        "documents-reader, database-reader: those of drills there, who read everything and write canaries; airflow, "
        "grafana: their administrators; fernet: Airflow's key; drawn: known to consumers alone",
    )
    restarts: tuple[Name, ...] = Field(
        default=(),
        description="Deployments of the entry's namespace that then begin anew; Airflow's own need no mention",
    )


class Unrotated(Section):
    """Why an entry keeps its value, and the last day on which that holds."""

    reason: Text = Field(description="who else makes the value, or why it has to stay")
    until: Day = Field(
        description="last day on which that holds; after it the guardrail secrets-rotate refuses the secret"
    )


class Secret(Section):
    """One entry of Secrets Manager and the Kubernetes Secret that mirrors it. Its value is never written here."""

    description: Text = Field(description="what AWS's console says of it; never a value")
    keys: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="names in its JSON value, and in the Kubernetes Secret"
    )
    namespace: Name = Field(
        description="where it is mirrored; part of its path, so that another one makes another secret without a value"
    )
    kubernetes_secret: Name = Field(description="name of its mirror in the namespace, which pods and charts read")
    readers: tuple[Name, ...] = Field(default=(), description="other namespaces that may read it, besides its own")
    draw: dict[Text, Literal["token", "fernet", "name"]] = Field(
        default_factory=dict,
        description="keys that .venv/bin/python -m migration.seed draws at random; name is the secret's own",
    )
    rotates: Rotates | None = None
    unrotated: Unrotated | None = None


class RotationRun(Section):
    """The hour of the week in which what is due gets its next value, and whoever has it is restarted."""

    image: Image = Field(description="the crawl's image (migration/image) as name:tag; a digest may follow")
    day: Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] = Field(
        default="TUE", description="day of the week in UTC; nodes must be awake"
    )
    hour_utc: Annotated[int, Field(ge=0, le=23)] = Field(default=20, description="20 is 05:00 in Seoul, a day later")


class Secrets(Section):
    """The inventory at alphacar/<environment>/<namespace>/<name>."""

    refresh_minutes: Annotated[int, Field(ge=5, le=1440)] = Field(
        default=60,
        description="between two looks at each entry, each a billed call; a value put in by hand is that late "
        "in the cluster",
    )
    recovery_days: Annotated[int, Field(ge=0, le=30)] = Field(
        default=30, description="in which a deleted secret can be brought back: 7 to 30, or 0 for not at all"
    )
    rotation: RotationRun | None = None
    inventory: dict[Name, Secret]

    @field_validator("recovery_days")
    @classmethod
    def _zero_or_a_week(cls, days: int) -> int:
        if 0 < days < 7:
            raise ValueError(f"{days} is refused by AWS; allowed are 0 (delete at once) and 7 to 30")
        return days

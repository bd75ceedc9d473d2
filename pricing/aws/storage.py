"""What lies in S3, ECR and AWS Backup: one usage figure for each role, borne by the first resource that has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.resource import Resource
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason, capability_of
from pricing.properties import word

BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)
#: The figure that fills a bucket, by the capability that pays for it.
CONTENT: Final = {
    "backup": "backup_gb",
    "logs": "log_archive_gb",
    "traces": "trace_archive_gb",
    "workflow": "workflow_archive_gb",
    "documents": "export_gb",
    "search": "export_gb",
    "cache": "export_gb",
}
OTHER_CONTENT: Final = "audit_gb"


def bucket(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Storage by the bucket's role; the stack's requests are borne by the first bucket of all.

    Everything is taken as S3 Standard: what a lifecycle rule moves later only becomes cheaper.
    """
    figure = _content(resource)
    if context.carries(resource, f"bucket {figure}", *BUCKETS, where=lambda item: _content(item) == figure):
        yield context.used("objects", "s3/standard", figure)
    if context.carries(resource, "bucket requests", *BUCKETS):
        yield context.used("writes", "s3/put-copy-post-list-1k", "bucket_writes", per=1000)
        yield context.used("reads", "s3/get-10k", "bucket_reads", per=10_000)


def content_of(resource: Resource) -> str:
    """The figure that fills a bucket."""
    return _content(resource)


def _content(resource: Resource) -> str:
    return CONTENT.get(capability_of(resource), OTHER_CONTENT)


def repository(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The whole registry, borne by the first repository."""
    if context.carries(resource, "registry", type_tokens.ECR_REPOSITORY):
        yield context.used("images", "ecr/storage", "registry_gb")


def scanning(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Basic scanning is free; enhanced scanning is Inspector, which charges for each image."""
    if word(resource.props, "scanType") != "BASIC":
        yield UnpricedReason("the price book has no Amazon Inspector, which enhanced scanning uses", "price")


def vault(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """All recovery points, borne by the first vault, at the rate of what the stack declares for it to hold.

    A preview does not know the ARNs that a selection names. With both stores declared each has a figure of its own,
    because their rates are far apart.
    """
    if not context.carries(resource, "vaults", type_tokens.BACKUP_VAULT):
        return
    documents, database = type_tokens.DOCDB_CLUSTER in context.of, type_tokens.RDS_INSTANCE in context.of
    # A vault keeps copies of these where they are declared, and of volumes where neither is.
    if documents or not database:
        held = "documentdb-warm-storage" if documents else "ebs-warm-storage"
        yield context.used("recovery points", f"backup/{held}", "backup_vault_gb")
    if database:
        figure = "database_vault_gb" if documents else "backup_vault_gb"
        yield context.used("recovery points of PostgreSQL", "backup/rds-warm-storage", figure)


USAGE: Final[Meters] = {
    **dict.fromkeys(BUCKETS, bucket),
    type_tokens.ECR_REPOSITORY: repository,
    type_tokens.BACKUP_VAULT: vault,
    type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION: scanning,
}

"""What lies in S3, ECR and AWS Backup: one usage figure for each role, borne by the first resource that has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
RDS_COPIES: Final = "backup/rds-warm-storage"
#: What AWS Backup can keep copies of, and at which rate, as far as the price book has it.
KEPT: Final = (
    (type_tokens.DOCDB_CLUSTER, "backup/documentdb-warm-storage"),
    (type_tokens.RDS_INSTANCE, RDS_COPIES),
    (type_tokens.EBS_VOLUME, "backup/ebs-warm-storage"),
    (type_tokens.EC2_INSTANCE, "backup/ebs-warm-storage"),
)


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
    """All recovery points, borne by the first vault.

    A preview does not know the ARNs that a selection names, so the figure lands at the dearest rate of what is declared
    for a vault to keep; copies of RDS leave it where ``landing:usage.databaseVaultGb`` says how much they are.
    """
    if not context.carries(resource, "vaults", type_tokens.BACKUP_VAULT):
        return
    database = type_tokens.RDS_INSTANCE in context.of
    divided = database and context.usage is not None and context.usage.database_vault_gb is not None
    kept = [rate for kind, rate in KEPT if kind in context.of and not (divided and kind == type_tokens.RDS_INSTANCE)]
    if kept:
        dearest = max(kept, key=lambda rate: (context.rate(rate), rate))
        yield context.used("recovery points", dearest, "backup_vault_gb")
    elif not database:
        yield _anything(context)
    if divided:
        yield context.used("recovery points of PostgreSQL", RDS_COPIES, "database_vault_gb")


def _anything(context: PricingContext) -> CostComponent | UnpricedReason:
    """Copies of nothing that is declared: at least the cheapest rate, and at worst the dearest."""
    cheapest, *_, dearest = sorted({rate for _, rate in KEPT}, key=lambda rate: (context.rate(rate), rate))
    found = context.used("recovery points", cheapest, "backup_vault_gb", basis="assumption")
    if isinstance(found, CostComponent) and found.high is not None and context.rate(cheapest):
        return replace(found, high=found.high * context.rate(dearest) / context.rate(cheapest))
    return found


USAGE: Final[Meters] = {
    **dict.fromkeys(BUCKETS, bucket),
    type_tokens.ECR_REPOSITORY: repository,
    type_tokens.BACKUP_VAULT: vault,
    type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION: scanning,
}

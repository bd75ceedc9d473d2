"""What lies in S3, ECR and AWS Backup: one usage figure for each role, borne by the first resource that has it.

What AWS Backup restores to test it bills as what it is. The plan of tests is free: storage, restores by the gigabyte
(of EFS, S3 and some others, none of ours), transfer and evaluations are charged for (source: AWS Backup pricing page,
as read on 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.property_check import found_at
from model.resource import MISSING, Resource, peek
from pricing.bill import HOURS
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason, capability_of
from pricing.declared.regions import region_name
from pricing.properties import UnreadableError, entries, number, whole, word

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
#: The one region besides its own of which the price book has what copies cost: Tokyo.
SECOND_REGION: Final = "ap-northeast-1"
TRANSFER: Final = "transfer/inter-region-to-tokyo-or-virginia"
OTHER_CONTENT: Final = "audit_gb"
#: Of each rule that enables them, at the rate of custom metrics (source: S3 user guide, Using S3 Replication metrics):
#: bytes and operations that are pending, latency, operations that failed.
REPLICATION_METRICS: Final = 4
RDS_COPIES: Final = "backup/rds-warm-storage"
#: What AWS Backup can keep copies of, and at which rate, as far as the price book has it.
KEPT: Final = (
    (type_tokens.DOCDB_CLUSTER, "backup/documentdb-warm-storage"),
    (type_tokens.RDS_INSTANCE, RDS_COPIES),
    (type_tokens.EBS_VOLUME, "backup/ebs-warm-storage"),
    (type_tokens.EC2_INSTANCE, "backup/ebs-warm-storage"),
)

#: Every so many days from the first of the month on, at one time of the day.
_EVERY: Final = re.compile(r"cron\(\d+ \d+ 1/([1-9]|[12]\d|3[01]) \* \? \*\)")
#: Days by which what runs every so many days is counted.
LONGEST_MONTH: Final = 31


def bucket(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Storage by the bucket's role; the stack's requests are borne by the first bucket of all.

    Everything is taken as S3 Standard: what a lifecycle rule moves later only becomes cheaper.
    """
    figure, there = _content(resource), elsewhere(resource)

    def alike(item: Resource) -> bool:
        return _content(item) == figure and elsewhere(item) == there

    if context.carries(resource, f"bucket {figure} {there}", *BUCKETS, where=alike):
        yield context.used(
            "objects in the second region" if there else "objects",
            "s3/standard-tokyo" if there else "s3/standard",
            figure,
        )
    if context.carries(resource, "bucket requests", *BUCKETS):
        yield context.used("writes", "s3/put-copy-post-list-1k", "bucket_writes", per=1000)
        yield context.used("reads", "s3/get-10k", "bucket_reads", per=10_000)


def elsewhere(resource: Resource) -> bool:
    """Whether a resource says by itself that it stands in the second region, where its provider does not."""
    return bool(resource.get("region") == SECOND_REGION)


def replication(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What S3 sends on: as much a month as the bucket holds, for Velero's is written anew in its days.

    Where the copy is made is taken from the declared buckets: one in another region makes it cross regions.
    """
    buckets = [each for kind in BUCKETS for each in context.of.get(kind, ())]
    named = resource.get("bucket")
    source = next((each for each in buckets if each.get("bucket") == named and not elsewhere(each)), None)
    if source is None or not any(map(elsewhere, buckets)):
        yield UnpricedReason("objects replicated: nobody can tell here what is copied, and to which region", "value")
    else:
        figure = _content(source)
        yield context.used("objects sent to the second region", TRANSFER, figure, basis="assumption")
    # Some are published in the second region, whose rate is taken to be the same.
    rules = entries(resource.props, "rules")
    if measured := [rule for rule in rules if peek(rule, "destination", "metrics", "status") == "Enabled"]:
        metrics = Decimal(len(measured) * REPLICATION_METRICS)
        yield CostComponent("replication metrics", "cloudwatch/metric-custom", metrics)


def registry_replication(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Images once more in each destination, and what is pushed a month sent there."""
    for rule in entries(resource.props, "replicationConfiguration", "rules"):
        for destination in entries(rule, "destinations"):
            if (region := word(destination, "region")) == SECOND_REGION:
                yield context.used("images in the second region", "ecr/storage-tokyo", "registry_gb")
                yield context.used("images sent to the second region", TRANSFER, "registry_push_gb")
            else:
                known = (
                    f"the book has no prices of {region_name(region) or 'another region'}, but those of {SECOND_REGION}"
                )
                yield UnpricedReason(f"images replicated: {known}", "price")


def plan(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A plan is free; what all plans send to a second region is borne by the first that sends some."""
    if context.carries(resource, "copies sent", type_tokens.BACKUP_PLAN, where=_copies):
        yield context.used("recovery points sent to the second region", TRANSFER, "backup_transfer_gb")


def _copies(plan: Resource) -> bool:
    return any(each for each in found_at(plan.props, ("rules", "*", "copyActions")) if each is not MISSING)


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
    there = elsewhere(resource)
    if not context.carries(
        resource, f"vaults {there}", type_tokens.BACKUP_VAULT, where=lambda item: elsewhere(item) == there
    ):
        return
    if there:
        yield from _copies_there(context)
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


def _copies_there(context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    if type_tokens.DOCDB_CLUSTER in context.of:
        rate = "backup/documentdb-warm-storage-tokyo"
        yield context.used("copies of recovery points", rate, "backup_copy_gb")
    if type_tokens.RDS_INSTANCE in context.of:
        yield context.used("copies of recovery points of PostgreSQL", f"{RDS_COPIES}-tokyo", "database_copy_gb")


def _anything(context: PricingContext) -> CostComponent | UnpricedReason:
    """Copies of nothing that is declared: at least the cheapest rate, and at worst the dearest."""
    cheapest, *_, dearest = sorted({rate for _, rate in KEPT}, key=lambda rate: (context.rate(rate), rate))
    found = context.used("recovery points", cheapest, "backup_vault_gb", basis="assumption")
    if isinstance(found, CostComponent) and found.high is not None and context.rate(cheapest):
        return replace(found, high=found.high * context.rate(dearest) / context.rate(cheapest))
    return found


def restore_test(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours of the copy: an instance of RDS with its disk, or DocumentDB's storage, which comes without an instance.

    Of several stores of one kind the dearest is taken: a preview does not know which ARN a selection names.
    """
    hours = _tests(resource, context) * whole(resource.props, "validationWindowHours", default=0)
    kind = word(resource.props, "protectedResourceType")
    if kind == "RDS" and type_tokens.RDS_INSTANCE in context.of:
        yield from restored_database(hours, context)
    elif kind == "DocumentDB":
        yield restored_documents(hours, context)
    else:
        yield UnpricedReason(f"what a restored {kind} costs is not worked out", "price")


def restored_database(hours: Decimal, context: PricingContext) -> Iterator[CostComponent]:
    """``hours`` of a copy of the dearest declared instance of RDS, with its disk."""
    rate, size = max(_instance(each, context) for each in context.of[type_tokens.RDS_INSTANCE])[1:]
    yield CostComponent("restored instance", rate, hours, "assumption")
    yield CostComponent("restored storage", "rds/gp3-storage", size * _month(hours), "assumption")


def restored_documents(hours: Decimal, context: PricingContext) -> CostComponent | UnpricedReason:
    """``hours`` of a copy of DocumentDB's storage."""
    return context.used("restored storage", "docdb/storage-standard", "documents_storage_gb", each=_month(hours))


def _month(hours: Decimal) -> Decimal:
    """``hours`` as a part of a month, to a millionth: what repeats for ever is no exact part of a sum."""
    return (hours / HOURS).quantize(Decimal("0.000001"))


def _instance(instance: Resource, context: PricingContext) -> tuple[Decimal, str, Decimal]:
    rate = f"rds/postgres-single-az-{word(instance.props, 'instanceClass')}"
    return context.rate(rate), rate, number(instance.props, "allocatedStorage")


def _tests(resource: Resource, context: PricingContext) -> Decimal:
    """Tests in a month of 31 days, as the plan that the selection names is scheduled."""
    plans = [
        each
        for each in context.of.get(type_tokens.BACKUP_RESTORE_TESTING_PLAN, ())
        if each.get("name") == resource.get("restoreTestingPlanName")
    ]
    found = [_EVERY.fullmatch(word(each.props, "scheduleExpression")) for each in plans]
    if not found or found[0] is None:
        raise UnreadableError("how often it is tested cannot be read", "price")
    return Decimal(-(-LONGEST_MONTH // int(found[0][1])))


PRICED: Final[Meters] = {type_tokens.BACKUP_RESTORE_TESTING_SELECTION: restore_test}
USAGE: Final[Meters] = {
    **dict.fromkeys(BUCKETS, bucket),
    type_tokens.ECR_REPOSITORY: repository,
    type_tokens.BACKUP_PLAN: plan,
    type_tokens.BACKUP_VAULT: vault,
    type_tokens.S3_BUCKET_REPLICATION_CONFIG: replication,
    type_tokens.ECR_REPLICATION_CONFIGURATION: registry_replication,
    type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION: scanning,
}

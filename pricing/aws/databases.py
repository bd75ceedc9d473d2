"""DocumentDB and RDS: instances by class, storage and I/O by usage, backup beyond what is free, managed passwords."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.lifecycle import services
from model.resource import MISSING, Resource
from pricing.aws.logs import undeclared
from pricing.bill import HOURS
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, number, switch, whole, word

STANDARD: Final = "standard"
#: The only version whose standard support has an end so far.
EXTENDED: Final = "3.6"


def documents_cluster(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Storage, I/O and backup of the stack's data, borne by the first cluster; a managed password is a secret."""
    kind = word(resource.props, "storageType", default=STANDARD)
    if kind not in {STANDARD, "iopt1"}:
        raise UnreadableError("the price book has no DocumentDB storage of this storageType", "price")
    if context.carries(
        resource, "documents storage", type_tokens.DOCDB_CLUSTER, worth=lambda item: _stored(item, context)
    ):
        storage = "storage-standard" if kind == STANDARD else "storage-io-optimized"
        yield context.used("storage", f"docdb/{storage}", "documents_storage_gb")
        if kind == STANDARD:
            yield context.used("I/O", "docdb/io-per-million", "documents_million_io")
    yield from managed_password(resource)
    if entries(resource.props, "enabledCloudwatchLogsExports"):
        yield from undeclared(context, "/aws/docdb/", "documents_log_gb")
    # A day of backup, AWS's default, never outgrows the free size of the cluster.
    if whole(resource.props, "backupRetentionPeriod", default=1) > 1:
        yield from _backup(resource, context)
    version = word(resource.props, "engineVersion", default="5.0.0")
    if version.startswith(EXTENDED) and context.today and services.DOCUMENTDB_3_6.ended(context.today):
        yield UnpricedReason("the price book has no extended support of DocumentDB 3.6", "price")


def _stored(cluster: Resource, context: PricingContext) -> Decimal:
    """What the stack's data would cost a month in ``cluster``."""
    if cluster.get("storageType") == "iopt1":
        return context.figure("documents_storage_gb") * context.rate("docdb/storage-io-optimized")
    storage = context.figure("documents_storage_gb") * context.rate("docdb/storage-standard")
    return storage + context.figure("documents_million_io") * context.rate("docdb/io-per-million")


def documents_snapshot(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A manual snapshot counts towards the same backup figure."""
    yield from _backup(resource, context)


def _backup(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    if context.carries(
        resource,
        "documents backup",
        type_tokens.DOCDB_CLUSTER,
        type_tokens.DOCDB_CLUSTER_SNAPSHOT,
        where=_keeps_backups,
    ):
        yield context.used("backup beyond the free size", "docdb/backup", "documents_backup_gb")


def _keeps_backups(resource: Resource) -> bool:
    try:
        return (
            resource.type == type_tokens.DOCDB_CLUSTER_SNAPSHOT
            or whole(resource.props, "backupRetentionPeriod", default=1) > 1
        )
    except UnreadableError:
        return False


def documents_instance(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours by class; surplus CPU credits of the T classes, which run unlimited, are borne by the first of them."""
    name = word(resource.props, "instanceClass")
    optimized = _is_optimized(resource, context)
    fraction = "docdb/io-optimized-fraction-of-standard" if optimized else None
    yield CostComponent("instance", f"docdb/{name}", HOURS, "assumption" if optimized else "fixed", fraction=fraction)
    if _bursts(resource) and context.carries(
        resource, "documents credits", type_tokens.DOCDB_CLUSTER_INSTANCE, where=_bursts
    ):
        yield context.used("surplus CPU credits", "docdb/cpu-credits-t3-t4g", "documents_credit_hours")


def _is_optimized(resource: Resource, context: PricingContext) -> bool:
    # The cluster's identifier is unknown at a preview; the component that declares both is not.
    kinds = context.once("documents storage types", lambda: _storage_types(context))
    return "iopt1" in kinds.get(resource.parent, kinds[None])


def _storage_types(context: PricingContext) -> dict[str | None, list[Any]]:
    found: dict[str | None, list[Any]] = {None: []}
    for item in context.of.get(type_tokens.DOCDB_CLUSTER, ()):
        for parent in {item.parent, None}:
            found.setdefault(parent, []).append(item.get("storageType"))
    return found


def _bursts(resource: Resource) -> bool:
    name = resource.get("instanceClass")
    return isinstance(name, str) and name.startswith("db.t")


def managed_password(resource: Resource) -> Iterator[CostComponent | UnpricedReason]:
    """The secret that AWS makes for a managed master password."""
    if switch(resource.props, "manageMasterUserPassword"):
        yield CostComponent("managed master password", "secretsmanager/secret", ONE)


def rds_instance(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """An RDS instance of PostgreSQL, the only engine in the price book, and its storage, twice with Multi-AZ.

    Backups are free up to the size of the storage (source: AWS Database Blog on RDS backup storage); what daily ones
    outgrow is not counted, because no usage figure says how much it is.
    """
    # The provider lowers what is written before it asks AWS.
    if word(resource.props, "engine").lower() != "postgres":
        raise UnreadableError("the price book has no RDS for this engine", "price")
    copies = Decimal(2 if switch(resource.props, "multiAz") else 1)
    yield CostComponent("instance", f"rds/postgres-single-az-{word(resource.props, 'instanceClass')}", copies * HOURS)
    size = number(resource.props, "allocatedStorage")
    # Source: RDS API, CreateDBInstance.
    unset = "gp3" if resource.get("iops") is MISSING else "io1"
    yield CostComponent("storage", f"rds/{word(resource.props, 'storageType', default=unset)}-storage", copies * size)
    if _bursts(resource) and context.carries(resource, "database credits", type_tokens.RDS_INSTANCE, where=_bursts):
        yield context.used("surplus CPU credits", "rds/cpu-credits-t3-t4g", "database_credit_hours")
    yield from managed_password(resource)
    if entries(resource.props, "enabledCloudwatchLogsExports"):
        yield from undeclared(context, "/aws/rds/", "workflow_log_gb")
    if switch(resource.props, "publiclyAccessible"):
        yield CostComponent("public IPv4", "vpc/public-ipv4-in-use", copies * HOURS, "assumption")
    if context.past_standard_support(resource):
        yield UnpricedReason("the price book has no extended support, which this engine version is in", "price")


PRICED: Final[Meters] = {type_tokens.DOCDB_CLUSTER_INSTANCE: documents_instance, type_tokens.RDS_INSTANCE: rds_instance}
USAGE: Final[Meters] = {
    type_tokens.DOCDB_CLUSTER: documents_cluster,
    type_tokens.DOCDB_CLUSTER_SNAPSHOT: documents_snapshot,
}

"""What holds data: images, secrets, documents, cache, search, and the copies that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from components.data_tier import DataTierNetwork
from components.delivery.pushers import Pushers, PushersArgs
from components.delivery.registry import Registry, RegistryArgs
from components.stores.backup import Backup, BackupArgs
from components.stores.cache import Cache, CacheArgs
from components.stores.database import Database, DatabaseArgs
from components.stores.documents import AUTHORITY_FILE, Documents, DocumentsArgs
from components.stores.search import DomainSize, Search, SearchArgs
from components.stores.secrets import SecretEntry, Secrets, SecretsArgs
from landing.environment import Environment
from landing.platform import Platform


@dataclass(frozen=True, kw_only=True)
class Stores:
    """The stores that this environment has; a row whose phase has not begun has none."""

    secrets: Secrets | None
    documents: Documents | None
    cache: Cache | None
    search: Search | None
    database: Database | None

    @property
    def connections(self) -> Mapping[str, pulumi.Input[str]]:
        """Environment variables that tell applications where the stores are."""
        found: dict[str, pulumi.Input[str]] = {}
        if self.documents:
            found |= {"DOCUMENTS_URI": self.documents.uri, "DOCUMENTS_CA_FILE": AUTHORITY_FILE}
        if self.cache:
            found["CACHE_URI"] = self.cache.uri
        if self.search:
            found["SEARCH_URL"] = self.search.endpoint.apply(lambda host: f"https://{host}")
        return found


def build(zone: Environment, platform: Platform) -> Stores:
    """Each store whose row holds, and backups of them all."""
    if zone.builds("registry"):
        _registry(zone, platform)
    stores = Stores(
        secrets=_secrets(zone, platform) if zone.builds("secrets") else None,
        documents=_documents(zone, platform) if zone.builds("documents") else None,
        cache=_cache(zone, platform) if zone.builds("cache") else None,
        search=_search(zone, platform) if zone.builds("search") else None,
        database=_database(zone, platform) if zone.builds("workflow") else None,
    )
    if zone.builds("backup"):
        _backup(zone, platform, stores)
    for key, value in stores.connections.items():
        first, *rest = key.lower().split("_")
        pulumi.export(first + "".join(word.capitalize() for word in rest), value)
    return stores


def _surroundings(zone: Environment, platform: Platform) -> DataTierNetwork:
    """The subnets of data, reached from the nodes, and from on-premises while data moves."""
    network = zone.settings.network
    return DataTierNetwork(
        vpc_id=platform.network.vpc_id,
        subnet_ids=platform.network.data_subnet_ids,
        client_security_group_id=platform.cluster.security_group_id,
        key_arn=platform.keys.arn,
        migrating_cidrs=network.on_premises_cidrs if network.migration_open else (),
    )


def _registry(zone: Environment, platform: Platform) -> None:
    settings = zone.settings.registry
    registry = Registry(
        "registry",
        RegistryArgs(
            repositories=settings.repositories,
            keep_images=settings.keep_images,
            untagged_expire_days=settings.untagged_expire_days,
            key_arn=platform.keys.arn,
            protect=zone.protect,
            tags=zone.tags("registry"),
        ),
    )
    pulumi.export("repositories", registry.urls)
    if settings.pushers:
        pushers = Pushers(
            "pushers",
            PushersArgs(
                issuer=settings.pushers.issuer,
                projects=settings.pushers.projects,
                repository_arns=registry.arns,
                tags=zone.tags("registry"),
            ),
        )
        pulumi.export("pusherRoles", pushers.role_arns)


def _secrets(zone: Environment, platform: Platform) -> Secrets:
    settings = zone.settings.secrets
    secrets = Secrets(
        "secrets",
        SecretsArgs(
            path=f"alphacar/{zone.settings.environment}",
            inventory={
                name: SecretEntry(**entry.model_dump(exclude={"draw"})) for name, entry in settings.inventory.items()
            },
            refresh_minutes=settings.refresh_minutes,
            recovery_days=settings.recovery_days,
            operator_replicas=zone.settings.controllers.replicas,
            place=zone.place,
            key_arn=platform.keys.arn,
            provider=platform.cluster.kubernetes,
            namespaces=platform.namespaces.by_name,
            after=[platform.nodes, platform.crds],
            protect=zone.protect,
            tags=zone.tags("secrets"),
        ),
    )
    pulumi.export("secretArns", secrets.arns)
    return secrets


def _documents(zone: Environment, platform: Platform) -> Documents:
    return Documents(
        "documents",
        DocumentsArgs(
            **dict(zone.settings.documents),
            surroundings=_surroundings(zone, platform),
            deletion_protection=zone.protect,
            tags=zone.tags("documents"),
        ),
    )


def _cache(zone: Environment, platform: Platform) -> Cache:
    return Cache(
        "cache",
        CacheArgs(
            **dict(zone.settings.cache),
            surroundings=_surroundings(zone, platform),
            protect=zone.protect,
            tags=zone.tags("cache"),
        ),
    )


def _search(zone: Environment, platform: Platform) -> Search:
    settings = zone.settings.search
    search = Search(
        "search",
        SearchArgs(
            live=settings.live,
            domains={name: DomainSize(**dict(domain)) for name, domain in settings.domains.items()},
            log_retention_days=settings.log_retention_days,
            snapshot_days=zone.settings.backup.retention_days,
            place=zone.place,
            surroundings=_surroundings(zone, platform),
            protect=zone.protect,
            tags=zone.tags("search"),
        ),
    )
    pulumi.export("searchAdminRole", search.admin_role_arn)
    pulumi.export("searchSnapshotRole", search.snapshot_role_arn)
    pulumi.export("searchSnapshotBucket", search.snapshot_bucket.name)
    return search


def _database(zone: Environment, platform: Platform) -> Database:
    settings = zone.settings.workflow
    return Database(
        "workflow-database",
        DatabaseArgs(
            instance_class=settings.database_class,
            storage_gb=settings.database_storage_gb,
            backup_days=settings.database_backup_days,
            # Airflow's metadata is worth a restore, not a second instance: one batch a week can wait for it.
            multi_zone=False,
            # Nothing on-premises has anything to move into it.
            surroundings=replace(_surroundings(zone, platform), migrating_cidrs=()),
            deletion_protection=zone.protect,
            tags=zone.tags("workflow"),
        ),
    )


def _backup(zone: Environment, platform: Platform, stores: Stores) -> None:
    arns: list[pulumi.Input[str]] = []
    if stores.documents:
        arns.append(stores.documents.cluster_arn)
    if stores.database:
        arns.append(stores.database.arn)
    backup = Backup(
        "backup",
        BackupArgs(
            retention_days=zone.settings.backup.retention_days,
            object_lock_days=zone.settings.backup.object_lock_days,
            schedule=zone.settings.backup.schedule,
            store_arns=arns,
            place=zone.place,
            key_arn=platform.keys.arn,
            provider=platform.cluster.kubernetes,
            namespace=platform.namespaces.by_name["velero"],
            after=[platform.volumes, platform.crds],
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )
    pulumi.export("backupBucket", backup.bucket.name)

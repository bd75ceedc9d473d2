"""What holds data: images, secrets, documents, cache, search, and the copies that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from components.account.baseline import RegistryScanning, SearchLinkedRole, SearchLinkedRoleArgs
from components.arguments import StoreNetwork
from components.delivery.pushers import Pushers, PushersArgs
from components.delivery.registry import Registry, RegistryArgs
from components.stores.backup import Backup, BackupArgs
from components.stores.cache import Cache, CacheArgs
from components.stores.database import Database, DatabaseArgs
from components.stores.documents import AUTHORITY_FILE, Documents, DocumentsArgs
from components.stores.search import DomainSize, Search, SearchArgs
from components.stores.secrets import SecretEntry, Secrets, SecretsArgs
from landing import names
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
    vault_name: str | None = None

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
        stores = replace(stores, vault_name=_backup(zone, platform, stores).vault_name)
    for key, value in stores.connections.items():
        first, *rest = key.lower().split("_")
        pulumi.export(first + "".join(word.capitalize() for word in rest), value)
    return stores


def _network(zone: Environment, platform: Platform) -> StoreNetwork:
    """The subnets of data, reached from the nodes, and from on-premises while data moves."""
    network = zone.settings.network
    return StoreNetwork(
        vpc_id=platform.network.vpc_id,
        subnet_ids=platform.network.data_subnet_ids,
        client_security_group_id=platform.cluster.security_group_id,
        migrating_cidrs=network.on_premises_cidrs if network.migration_open else (),
    )


def _registry(zone: Environment, platform: Platform) -> None:
    settings = zone.settings.registry
    RegistryScanning("registry", names.moved_from("alphacar:registry:Registry", "registry"))
    registry = Registry(
        "registry",
        RegistryArgs(
            repositories=settings.repositories,
            repository_prefix=names.REPOSITORIES,
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
                repository_names=registry.names,
                tags=zone.tags("registry"),
            ),
        )
        pulumi.export("pusherRoles", pushers.role_arns)


def _secrets(zone: Environment, platform: Platform) -> Secrets:
    settings, namespaces = zone.settings.secrets, platform.namespaces.by_name
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
            cluster=platform.cluster.access,
            key_arn=platform.keys.arn,
            store_name=names.SECRET_STORE,
            namespace=namespaces["external-secrets"],
            namespaces=namespaces,
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
            cluster_identifier=names.DOCUMENTS,
            master_username=names.DOCUMENTS_MASTER,
            network=_network(zone, platform),
            key_arn=platform.keys.arn,
            protect=zone.protect,
            tags=zone.tags("documents"),
        ),
    )


def _cache(zone: Environment, platform: Platform) -> Cache:
    return Cache(
        "cache",
        CacheArgs(
            **dict(zone.settings.cache),
            replication_group_id=names.CACHE,
            user_id=names.CACHE_USER,
            description="Cache of the applications of alphacar",
            network=_network(zone, platform),
            key_arn=platform.keys.arn,
            protect=zone.protect,
            tags=zone.tags("cache"),
        ),
    )


def _search(zone: Environment, platform: Platform) -> Search:
    settings = zone.settings.search
    linked = SearchLinkedRole(
        "search",
        SearchLinkedRoleArgs(tags=zone.tags("search")),
        names.moved_from("alphacar:search:Search", "search"),
    )
    search = Search(
        "search",
        SearchArgs(
            live=settings.live,
            domains={name: DomainSize(**dict(domain)) for name, domain in settings.domains.items()},
            log_retention_days=settings.log_retention_days,
            snapshot_days=zone.settings.backup.retention_days,
            place=zone.place,
            network=_network(zone, platform),
            key_arn=platform.keys.arn,
            domain_prefix=names.SEARCH,
            snapshot_bucket_name=names.bucket(zone.place, "search-snapshots"),
            log_policy_name=names.SEARCH_LOG_POLICY,
            after=[linked],
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
            network=replace(_network(zone, platform), migrating_cidrs=()),
            key_arn=platform.keys.arn,
            identifier=names.WORKFLOW_DATABASE,
            username=names.AIRFLOW,
            database=names.AIRFLOW,
            protect=zone.protect,
            tags=zone.tags("workflow"),
        ),
    )


def _backup(zone: Environment, platform: Platform, stores: Stores) -> Backup:
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
            cluster=platform.cluster.access,
            bucket_name=names.bucket(zone.place, "velero"),
            vault_name=names.VAULT,
            plan_name=names.BACKUP_PLAN,
            key_arn=platform.keys.arn,
            namespace=platform.namespaces.by_name["velero"],
            after=[platform.volumes, platform.crds],
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )
    pulumi.export("backupBucket", backup.bucket.name)
    return backup

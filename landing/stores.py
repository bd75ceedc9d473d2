"""What holds data: images, secrets, documents, cache, search, and the copies that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pulumi

from components.account.baseline import (
    RegistryReplication,
    RegistryReplicationArgs,
    RegistryScanning,
    SearchLinkedRole,
    SearchLinkedRoleArgs,
)
from components.account.keys import Keys, KeysArgs
from components.arguments import StoreNetwork
from components.cluster.control_plane import ADMINISTRATOR
from components.delivery.pushers import Pushers, PushersArgs
from components.delivery.registry import Registry, RegistryArgs
from components.stores.backup import Backup, BackupArgs
from components.stores.cache import Cache, CacheArgs
from components.stores.database import Database, DatabaseArgs
from components.stores.documents import AUTHORITY_FILE, Documents, DocumentsArgs
from components.stores.replica import Replica
from components.stores.restore_testing import RestoreTesting, RestoreTestingArgs, TestedStore
from components.stores.search import DomainSize, Search, SearchArgs
from components.stores.search_snapshots import SnapshotSchedule
from components.stores.secrets import SecretEntry, Secrets, SecretsArgs
from components.stores.vaults import Copies, Vaults, VaultsArgs
from landing import names
from landing.environment import Environment
from landing.platform import Platform
from stacks.sections.stores import Secret


@dataclass(frozen=True, kw_only=True)
class Stores:
    """The stores that this environment has; a row whose phase has not begun has none."""

    secrets: Secrets | None
    documents: Documents | None
    cache: Cache | None
    search: Search | None
    database: Database | None
    #: By the store that each keeps.
    vault_names: Mapping[str, str] = field(default_factory=dict)
    #: What runs in the cluster.
    backup: Backup | None = None

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
    database = _database(zone, platform) if zone.builds("workflow") else None
    stores = Stores(
        secrets=_secrets(zone, platform, database) if zone.builds("secrets") else None,
        documents=_documents(zone, platform) if zone.builds("documents") else None,
        cache=_cache(zone, platform) if zone.builds("cache") else None,
        search=_search(zone, platform) if zone.builds("search") else None,
        database=database,
    )
    if zone.builds("backup"):
        there = _key_elsewhere(zone)
        backup = _backup(zone, platform, there)
        stores = replace(stores, backup=backup, vault_names=_vaults(zone, platform, stores, there).vault_names)
        _restore_testing(zone, stores)
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
    if (elsewhere := zone.settings.backup.elsewhere) and elsewhere.registry:
        RegistryReplication(
            "registry-elsewhere",
            RegistryReplicationArgs(
                place=zone.place, region=elsewhere.region, repository_prefix=f"{names.REPOSITORIES}/"
            ),
        )
    if settings.pushers:
        pushers = Pushers(
            "pushers",
            PushersArgs(
                issuer=settings.pushers.issuer,
                # The account's own one, which the bootstrap makes: pipelines sign in by it before any stack exists.
                provider_arn=names.identity_provider(zone.place, settings.pushers.issuer),
                projects=settings.pushers.projects,
                repository_arns=registry.arns,
                repository_names=registry.names,
                tags=zone.tags("registry"),
            ),
        )
        pulumi.export("pusherRoles", pushers.role_arns)


def _secrets(zone: Environment, platform: Platform, database: Database | None) -> Secrets:
    settings, namespaces = zone.settings.secrets, platform.namespaces.by_name
    secrets = Secrets(
        "secrets",
        SecretsArgs(
            path=names.secrets_path(zone.settings.environment),
            inventory={
                name: SecretEntry(
                    **entry.model_dump(exclude={"draw", "rotates", "unrotated"}), rotation=rotation_tag(entry)
                )
                for name, entry in settings.inventory.items()
            },
            refresh_minutes=settings.refresh_minutes,
            recovery_days=settings.recovery_days,
            operator_replicas=zone.settings.controllers.replicas,
            cluster=platform.cluster.access,
            key_arn=platform.keys.arn,
            store_name=names.SECRET_STORE,
            role_prefix=names.SECRET_READERS,
            # The password of Airflow's database, which RDS keeps.
            also_read={"airflow": [database.secret_arn]} if database else {},
            namespace=namespaces["external-secrets"],
            namespaces=namespaces,
            after=[platform.nodes, platform.crds],
            protect=zone.protect,
            tags=zone.tags("secrets"),
        ),
    )
    pulumi.export("secretArns", secrets.arns)
    return secrets


def rotation_tag(entry: Secret) -> str | None:
    """What an entry's tag says of its rotation, as the guardrail secrets-rotate reads it."""
    if entry.rotates:
        return f"every {entry.rotates.days} days"
    return f"excepted until {entry.unrotated.until}" if entry.unrotated else None


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
            migration_user=zone.settings.copies("cache"),
            description="Cache of the applications of alphacar",
            network=_network(zone, platform),
            key_arn=platform.keys.arn,
            protect=zone.protect,
            tags=zone.tags("cache"),
        ),
    )


def _search(zone: Environment, platform: Platform) -> Search:
    settings, schedule = zone.settings.search, zone.settings.search.snapshots
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
            # Whoever administers the cluster administers what its applications search.
            administrators=[
                entry.principal_arn
                for entry in zone.settings.cluster.access_entries.values()
                if entry.policy == ADMINISTRATOR and not entry.namespaces
            ],
            log_retention_days=settings.log_retention_days,
            snapshot_days=zone.settings.backup.retention_days,
            snapshots=SnapshotSchedule(
                cluster=platform.cluster.access,
                namespace=platform.namespaces.by_name[names.SEARCH_SNAPSHOTS],
                image=zone.settings.snapshot_image,
                hour=schedule.hour_utc,
                keep_days=schedule.keep_days,
                after=[platform.nodes],
            )
            if schedule
            else None,
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


def _key_elsewhere(zone: Environment) -> Keys | None:
    """The key of the second region: what is copied there rests under it, and the first region's opens nothing there."""
    if not (elsewhere := zone.settings.backup.elsewhere):
        return None
    return Keys(
        "keys-elsewhere",
        KeysArgs(
            place=zone.place,
            region=elsewhere.region,
            alias=names.KEY_ALIAS,
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )


def _restore_testing(zone: Environment, stores: Stores) -> None:
    """What AWS Backup keeps, restored by AWS Backup; what is in it, the drills read."""
    settings = zone.settings.restore_testing
    if settings is None or not stores.vault_names:
        return
    tested = {}
    if stores.documents:
        tested["documents"] = TestedStore(
            kind="DocumentDB",
            arn=stores.documents.cluster_arn,
            subnet_group=stores.documents.subnet_group,
            security_group_ids=[stores.documents.security_group_id],
        )
    if stores.database:
        tested["workflow"] = TestedStore(
            kind="RDS",
            arn=stores.database.arn,
            subnet_group=stores.database.subnet_group,
            security_group_ids=[stores.database.security_group_id],
        )
    RestoreTesting(
        "restore-testing",
        RestoreTestingArgs(
            **dict(settings),
            place=zone.place,
            vault_names=[stores.vault_names[store] for store in tested],
            stores=tested,
            plan_name=names.RESTORE_TESTS,
            tags=zone.tags("backup"),
        ),
    )


def _vaults(zone: Environment, platform: Platform, stores: Stores, key: Keys | None) -> Vaults:
    kept: dict[str, pulumi.Input[str]] = {}
    if stores.documents:
        kept["documents"] = stores.documents.cluster_arn
    if stores.database:
        kept["workflow"] = stores.database.arn
    settings, elsewhere = zone.settings.backup, zone.settings.backup.elsewhere
    return Vaults(
        "vaults",
        VaultsArgs(
            place=zone.place,
            stores=kept,
            key_arn=platform.keys.arn,
            daily_days=settings.vault.daily_days,
            weekly_days=settings.retention_days,
            lock=settings.vault.lock,
            lock_grace_days=settings.vault.lock_grace_days,
            keeper_role_arn=settings.vault.keeper_role_arn,
            copies=Copies(
                region=elsewhere.region,
                key_arn=key.arn,
                retention_days=elsewhere.retention_days,
                days=elsewhere.days,
                account_vault_arn=elsewhere.account_vault_arn,
            )
            if elsewhere and key
            else None,
            prefix=names.VAULTS,
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )


def _backup(zone: Environment, platform: Platform, key: Keys | None) -> Backup:
    elsewhere = zone.settings.backup.elsewhere
    backup = Backup(
        "backup",
        BackupArgs(
            retention_days=zone.settings.backup.retention_days,
            object_lock_days=zone.settings.backup.object_lock_days,
            schedule=zone.settings.backup.schedule,
            node_agent=zone.settings.copies("volumes"),
            cluster=platform.cluster.access,
            bucket_name=names.bucket(zone.place, "velero"),
            replica=Replica(
                region=elsewhere.region, key_arn=key.arn, bucket_name=names.bucket(zone.place, "velero-copy")
            )
            if elsewhere and elsewhere.cluster and key
            else None,
            key_arn=platform.keys.arn,
            namespace=platform.namespaces.by_name["velero"],
            after=[platform.volumes, platform.crds],
            protect=zone.protect,
            tags=zone.tags("backup"),
        ),
    )
    pulumi.export("backupBucket", backup.bucket.name)
    return backup

"""What works: the weekly workflow, the mesh if there is one, and the applications' landing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi

from components.charts import AIRFLOW
from components.cluster.admission import Admission
from components.cluster.mesh import Mesh, MeshArgs
from components.delivery.applications import Applications, ApplicationsArgs, Exposed, Landing
from components.delivery.workflow import DEPLOYMENTS, Workflow, WorkflowArgs
from components.delivery.workflow_connections import Connection, mirror_name
from components.network.vpc import subnet_cidrs
from components.observability import agent
from components.release import chart_values
from components.stores import cache, documents, search
from components.stores.database import PORT as DATABASE_PORT
from components.stores.rotation import RotatedSecret, Rotation, RotationArgs, UserStore
from landing import names
from landing.environment import Environment
from landing.platform import Platform
from landing.stores import Stores
from stacks.inventory import DATABASE_USER
from stacks.sections.stores import Rotates, Secret

#: Airflow's namespace.
_AIRFLOW: Final = "airflow"


def build(
    zone: Environment,
    platform: Platform,
    stores: Stores,
    admission: Admission,
    tracing: Mapping[str, str],
) -> None:
    """Each worker, after what it needs; ``tracing`` are environment variables that tell where traces go."""
    settings = zone.settings
    subnets = subnet_cidrs(settings.network.cidr, len(settings.network.zones))
    rotation = rotate(zone, platform, stores) if stores.secrets and settings.secrets.rotation else None
    if stores.database and stores.secrets:
        Workflow(
            "workflow",
            WorkflowArgs(
                database=stores.database,
                dags_repository=settings.workflow.dags_repository,
                dags_reference=settings.workflow.dags_reference,
                log_expire_days=settings.workflow.log_expire_days,
                replicas=settings.controllers.replicas,
                refresh_minutes=settings.secrets.refresh_minutes,
                connections=connections(zone, stores, stores.secrets.paths),
                image=settings.workflow.image,
                dags_folder="migration/dags",
                release_name=AIRFLOW.name,
                secret_store=stores.secrets.store_name,
                database_secret=stores.secrets.paths[DATABASE_USER],
                log_bucket_name=names.bucket(zone.place, "airflow-logs"),
                email_domain=names.EMAIL_DOMAIN,
                cluster=platform.cluster.access,
                key_arn=platform.keys.arn,
                namespace=platform.namespaces.by_name["airflow"],
                monitors=platform.crds,
                after=[
                    platform.nodes,
                    stores.secrets.stores["airflow"],
                    # Airflow signs in as the user that this makes.
                    *(rotation.ready if rotation else ()),
                    *(made for name, made in stores.secrets.mirrors.items() if "airflow" in name),
                ],
                protect=zone.protect,
                tags=zone.tags("workflow"),
            ),
        )
    if zone.chosen("mesh") == "istio":
        Mesh(
            "mesh",
            MeshArgs(
                replicas=settings.controllers.replicas,
                cluster=platform.cluster.access,
                namespace=platform.namespaces.by_name["istio-system"],
                after=[platform.nodes],
            ),
        )
    statements = {
        name: store.client_statement for name, store in (("cache", stores.cache), ("search", stores.search)) if store
    }
    applications = Applications(
        "applications",
        ApplicationsArgs(
            landings={
                name: Landing(
                    cpu=application.cpu,
                    memory=application.memory,
                    pods=application.pods,
                    service_accounts=application.service_accounts,
                    # A store whose phase has not begun grants nothing yet.
                    grants={
                        account: [store for store in granted if store in statements]
                        for account, granted in application.grants.items()
                    },
                    exposed=Exposed(**dict(application.exposed)) if application.exposed else None,
                )
                for name, application in settings.applications.items()
            },
            connections={**stores.connections, **tracing},
            statements=statements,
            store_cidrs=subnets["data"],
            store_ports=store_ports(stores),
            trace_namespaces=trace_namespaces(zone),
            balancer_cidrs=subnets["public"],
            meshed=zone.chosen("mesh") == "istio",
            certificate_arn=platform.edge.certificate_arn,
            cluster=platform.cluster.access,
            namespaces=platform.namespaces.by_name,
            after=[platform.edge, admission],
            labels={"environment": settings.environment},
            tags=zone.tags("platform"),
        ),
    )
    # OpenSearch's administrator maps these to what they may do with its indexes.
    pulumi.export("applicationRoles", applications.role_arns)


def store_ports(stores: Stores) -> list[int]:
    """The ports of the stores that applications have, in the data subnets that they share with Airflow's database."""
    ports = ((stores.documents, documents.PORT), (stores.cache, cache.PORT), (stores.search, search.PORT))
    return [port for store, port in ports if store]


def trace_namespaces(zone: Environment) -> list[str]:
    """Where traces are received, if anywhere."""
    where = {"xray": agent.NAMESPACE, "tempo": "tempo"}
    return [namespace for choice, namespace in where.items() if zone.chosen("traces") == choice]


def rotate(zone: Environment, platform: Platform, stores: Stores) -> Rotation | None:
    """What rotates of the inventory; a store that is not there yet has no users, and its entry waits for it."""
    settings, secrets = zone.settings, stores.secrets
    run = settings.secrets.rotation
    if not secrets or not run:
        return None
    absent = {
        **dict.fromkeys(("documents", "documents-reader"), stores.documents is None),
        **dict.fromkeys(("database", "database-reader", "airflow", "fernet"), stores.database is None),
    }
    rotated = {
        name: RotatedSecret(
            arn=secrets.arns[name],
            days=entry.rotates.days,
            by=entry.rotates.by,
            draw=entry.draw,
            mirrors=_mirrors(zone, stores, name, entry),
            restarts=_restarts(entry, entry.rotates),
        )
        for name, entry in settings.secrets.inventory.items()
        if entry.rotates and not absent.get(entry.rotates.by, False)
    }
    if not rotated:
        return None
    of = {secret.by for secret in rotated.values()}
    return Rotation(
        "rotation",
        RotationArgs(
            secrets=rotated,
            image=run.image,
            first_image=settings.workflow.image or f"apache/airflow:{chart_values(AIRFLOW.name)['defaultAirflowTag']}",
            day=run.day,
            hour=run.hour_utc,
            documents=UserStore(
                host=stores.documents.endpoint,
                port=documents.PORT,
                database=names.DOCUMENTS_DATABASE,
                master_secret_arn=stores.documents.master_secret_arn,
            )
            if stores.documents and of & {"documents", "documents-reader"}
            else None,
            database=UserStore(
                host=stores.database.address,
                port=DATABASE_PORT,
                database=stores.database.database,
                master_secret_arn=stores.database.secret_arn,
            )
            if stores.database and of & {"database", "database-reader"}
            else None,
            grafana=names.GRAFANA if "grafana" in of else None,
            cluster=platform.cluster.access,
            key_arn=platform.keys.arn,
            namespace=platform.namespaces.by_name["external-secrets"],
            namespaces=platform.namespaces.by_name,
            after=[platform.nodes],
            tags=zone.tags("secrets"),
        ),
    )


def _mirrors(zone: Environment, stores: Stores, name: str, entry: Secret) -> list[str]:
    """The entry's own copy, and those of Airflow's that are put together from it."""
    found = [f"{entry.namespace}/{entry.kubernetes_secret}"]
    if stores.database and stores.secrets:
        path = stores.secrets.paths[name]
        found += [
            f"{_AIRFLOW}/{mirror_name(AIRFLOW.name, key)}"
            for key, one in connections(zone, stores, stores.secrets.paths).items()
            if one.secret == path
        ]
        if name == DATABASE_USER:
            found.append(f"{_AIRFLOW}/{AIRFLOW.name}-metadata")
    return found


def _restarts(entry: Secret, rotates: Rotates) -> list[str]:
    """Deployments that read the entry when they start; Airflow's own are the chart's to name."""
    own = entry.namespace == _AIRFLOW and rotates.by in ("database", "fernet", "drawn")
    names_ = [*rotates.restarts, *(f"{AIRFLOW.name}-{part}" for part in DEPLOYMENTS if own)]
    return [f"{entry.namespace}/{each}" for each in names_]


def connections(zone: Environment, stores: Stores, paths: Mapping[str, str]) -> dict[str, Connection]:
    """What the weekly crawl connects to: the store it writes, and the site it reads."""
    found = {}
    if stores.documents and (secret := paths.get("mongodb-password")):
        found["documents"] = Connection(
            kind="mongo",
            host=stores.documents.endpoint,
            port=documents.PORT,
            schema=names.DOCUMENTS_DATABASE,
            extra={"replicaSet": "rs0"},
            secret=secret,
        )
    if crawl := zone.settings.workflow.crawl:
        matched = {"matchField": crawl.match_field} if crawl.match_field else {}
        found["danawa"] = Connection(
            kind="http", host=crawl.site, extra={"pages": list(crawl.pages), **matched}, secret=paths["danawa-crawler"]
        )
    return found

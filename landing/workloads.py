"""What works: the weekly workflow, the mesh if there is one, and the applications' landing."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.charts import AIRFLOW
from components.cluster.admission import Admission
from components.cluster.mesh import Mesh, MeshArgs
from components.delivery.applications import Applications, ApplicationsArgs, Exposed, Landing
from components.delivery.workflow import Workflow, WorkflowArgs
from components.delivery.workflow_connections import Connection
from components.network.vpc import subnet_cidrs
from components.stores.documents import PORT
from components.stores.rotation import Rotation, RotationArgs
from landing import names
from landing.environment import Environment
from landing.platform import Platform
from landing.stores import Stores


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
    if stores.database and stores.secrets:
        workflow = Workflow(
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
                log_bucket_name=names.bucket(zone.place, "airflow-logs"),
                email_domain=names.EMAIL_DOMAIN,
                cluster=platform.cluster.access,
                key_arn=platform.keys.arn,
                namespace=platform.namespaces.by_name["airflow"],
                monitors=platform.crds,
                after=[
                    platform.nodes,
                    stores.secrets.store,
                    *(made for name, made in stores.secrets.mirrors.items() if "airflow" in name),
                ],
                protect=zone.protect,
                tags=zone.tags("workflow"),
            ),
        )
        Rotation(
            "workflow-rotation",
            RotationArgs(
                secret_arn=stores.database.secret_arn,
                day=settings.workflow.password_rotation.day,
                hour=settings.workflow.password_rotation.hour_utc,
                deployments=workflow.deployments,
                cluster=platform.cluster.access,
                namespace=platform.namespaces.by_name["airflow"],
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
    applications = Applications(
        "applications",
        ApplicationsArgs(
            landings={
                name: Landing(
                    cpu=application.cpu,
                    memory=application.memory,
                    pods=application.pods,
                    service_accounts=application.service_accounts,
                    exposed=Exposed(**dict(application.exposed)) if application.exposed else None,
                )
                for name, application in settings.applications.items()
            },
            connections={**stores.connections, **tracing},
            statements=[store.client_statement for store in (stores.cache, stores.search) if store],
            store_cidrs=subnets["data"],
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


def connections(zone: Environment, stores: Stores, paths: Mapping[str, str]) -> dict[str, Connection]:
    """What the weekly crawl connects to: the store it writes, and the site it reads."""
    found = {}
    if stores.documents and (secret := paths.get("mongodb-password")):
        found["documents"] = Connection(
            kind="mongo",
            host=stores.documents.endpoint,
            port=PORT,
            schema=names.DOCUMENTS_DATABASE,
            extra={"replicaSet": "rs0"},
            secret=secret,
        )
    if crawl := zone.settings.workflow.crawl:
        found["danawa"] = Connection(
            kind="http", host=crawl.site, extra={"pages": list(crawl.pages)}, secret=paths["danawa-crawler"]
        )
    return found

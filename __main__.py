"""The landing zone, from settings to outputs. Read it as a table of contents; each noun is a file in ``components``."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.cache import Cache, CacheArgs
from components.cluster import Access, Cluster, ClusterArgs, cluster_arn
from components.documents import Documents, DocumentsArgs
from components.identity import Place
from components.keys import Keys, KeysArgs
from components.namespaces import Namespaces, NamespacesArgs
from components.network import Network, NetworkArgs
from components.nodes import NodeGroupSize, Nodes, NodesArgs
from components.registry import Registry, RegistryArgs
from components.secrets import SecretEntry, Secrets, SecretsArgs
from policy.choices import choices
from policy.clock import today
from stacks.load import required_from_environment
from stacks.offered import REGION
from stacks.section import Capability

CLUSTER_NAME = "alphacar-eks"

settings = required_from_environment()
decisions = choices(settings, today())
account_id = aws.get_caller_identity().account_id
place = Place(
    account_id=account_id,
    region=REGION,
    cluster_name=CLUSTER_NAME,
    cluster_arn=cluster_arn(REGION, account_id, CLUSTER_NAME),
)


def tags(decision: Capability) -> dict[str, str]:
    """Tags of every resource that serves ``decision``: whose it is, where it belongs, which row it is billed to."""
    return {
        "project": "alphacar-landing-zone",
        "environment": settings.environment,
        "owner": settings.owner,
        "managed-by": "pulumi",
        "decision": decision,
        **settings.tags,
    }


def builds(capability: Capability) -> bool:
    """Whether the row's target is what this environment runs on."""
    return decisions[capability].holds_target


keys = Keys(
    "keys",
    KeysArgs(account_id=account_id, region=REGION, protect=settings.deletion_protection, tags=tags("platform")),
)

network = Network(
    "network",
    NetworkArgs(
        cidr=settings.network.cidr,
        zones=settings.network.zones,
        region=REGION,
        nat_gateways=settings.network.nat_gateways,
        flow_log_retention_days=settings.network.flow_log_retention_days,
        key_arn=keys.arn,
        tags=tags("platform"),
    ),
)

cluster = Cluster(
    "cluster",
    ClusterArgs(
        cluster_name=CLUSTER_NAME,
        version=settings.cluster.version,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        api_allowed_cidrs=settings.cluster.api_allowed_cidrs,
        access={
            name: Access(principal_arn=entry.principal_arn, policy=entry.policy, namespaces=entry.namespaces)
            for name, entry in settings.cluster.access_entries.items()
        },
        log_retention_days=settings.cluster.log_retention_days,
        key_arn=keys.arn,
        deletion_protection=settings.deletion_protection,
        tags=tags("platform"),
    ),
)

nodes = Nodes(
    "nodes",
    NodesArgs(
        cluster=cluster.eks,
        cluster_name=CLUSTER_NAME,
        version=settings.cluster.version,
        subnet_ids=network.private_subnet_ids,
        groups={
            name: NodeGroupSize(
                instance_types=group.instance_types,
                capacity_type=group.capacity,
                min_size=group.min,
                desired_size=group.desired,
                max_size=group.max,
                disk_gb=group.disk_gb,
            )
            for name, group in settings.node_groups.items()
        },
        key_arn=keys.arn,
        tags=tags("platform"),
    ),
)

namespaces = Namespaces(
    "namespaces",
    NamespacesArgs(
        levels={
            "alphacar": "restricted",
            "airflow": "restricted",
            "monitoring": "privileged",
            "external-secrets": "restricted",
        },
        labels={"environment": settings.environment},
    ),
    pulumi.ResourceOptions(providers=[cluster.kubernetes], depends_on=[nodes]),
)

if builds("registry"):
    registry = Registry(
        "registry",
        RegistryArgs(
            repositories=settings.registry.repositories,
            keep_images=settings.registry.keep_images,
            untagged_expire_days=settings.registry.untagged_expire_days,
            key_arn=keys.arn,
            protect=settings.deletion_protection,
            tags=tags("registry"),
        ),
    )
    pulumi.export("repositories", registry.urls)

if builds("secrets"):
    secrets = Secrets(
        "secrets",
        SecretsArgs(
            path=f"alphacar/{settings.environment}",
            inventory={
                name: SecretEntry(
                    description=secret.description,
                    keys=secret.keys,
                    namespace=secret.namespace,
                    kubernetes_secret=secret.kubernetes_secret,
                )
                for name, secret in settings.secrets.inventory.items()
            },
            refresh_minutes=settings.secrets.refresh_minutes,
            recovery_days=settings.secrets.recovery_days,
            operator_replicas=settings.controllers.replicas,
            place=place,
            key_arn=keys.arn,
            provider=cluster.kubernetes,
            namespaces=namespaces.by_name,
            after=[nodes],
            protect=settings.deletion_protection,
            tags=tags("secrets"),
        ),
    )
    pulumi.export("secretArns", secrets.arns)

if builds("documents"):
    documents = Documents(
        "documents",
        DocumentsArgs(
            engine_version=settings.documents.engine_version,
            instance_class=settings.documents.instance_class,
            instances=settings.documents.instances,
            backup_retention_days=settings.documents.backup_retention_days,
            log_retention_days=settings.documents.log_retention_days,
            vpc_id=network.vpc_id,
            subnet_ids=network.data_subnet_ids,
            client_security_group_id=cluster.security_group_id,
            key_arn=keys.arn,
            deletion_protection=settings.deletion_protection,
            tags=tags("documents"),
        ),
    )
    pulumi.export("documentsEndpoint", documents.endpoint)
    pulumi.export("documentsUri", documents.uri)

if builds("cache"):
    cache = Cache(
        "cache",
        CacheArgs(
            engine_version=settings.cache.engine_version,
            node_type=settings.cache.node_type,
            replicas=settings.cache.replicas,
            snapshot_retention_days=settings.cache.snapshot_retention_days,
            vpc_id=network.vpc_id,
            subnet_ids=network.data_subnet_ids,
            client_security_group_id=cluster.security_group_id,
            key_arn=keys.arn,
            protect=settings.deletion_protection,
            tags=tags("cache"),
        ),
    )
    pulumi.export("cacheEndpoint", cache.endpoint)
    pulumi.export("cacheUri", cache.uri)

pulumi.export("clusterName", CLUSTER_NAME)
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("vpcId", network.vpc_id)
pulumi.export("choices", {capability: decision.choice for capability, decision in decisions.items()})

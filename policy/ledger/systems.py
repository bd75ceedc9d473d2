"""The systems that rows speak of, each in every form it can take in a program or a cluster.

Where each name comes from stands, with a date, in ``tests/policy/ledger/forbidden_names.yaml``.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from policy.ledger.row import Forms, System

MONGODB: Final = System(
    slug="mongodb",
    title="MongoDB",
    forms=Forms(
        charts=(
            "mongodb",
            "mongodb-sharded",
            "community-operator",
            "psmdb-db",
            "psmdb-operator",
            "mongodb-kubernetes",
            "enterprise-operator",
        ),
        images=(
            "mongo",
            "mongodb",
            "mongodb-community-server",
            "mongodb-enterprise-server",
            "mongodb-atlas-local",
            "percona-server-mongodb",
            "mongodb-sharded",
            "mongodb-kubernetes",
            "mongodb-kubernetes-operator",
            "percona-server-mongodb-operator",
            "mongodb-enterprise-operator",
            "mongodb-enterprise-operator-ubi",
            "mongodb-enterprise-database-ubi",
        ),
        kinds=("mongodbcommunity.mongodb.com", "mongodb.com", "psmdb.percona.com"),
    ),
)
DOCUMENTDB: Final = System(slug="documentdb", title="Amazon DocumentDB")
REDIS: Final = System(
    slug="redis",
    title="Redis",
    forms=Forms(
        charts=(
            "redis",
            "redis-cluster",
            "redis-ha",
            "redis-operator",
            "redis-enterprise-operator",
            "valkey",
            "valkey-cluster",
            "keydb",
        ),
        images=(
            "redis",
            "redis-stack",
            "redis-stack-server",
            "redis-cluster",
            "redis-sentinel",
            "valkey",
            "valkey-cluster",
            "keydb",
            "redis-operator",
            "mirrored-library-redis",
        ),
        kinds=("redis.redis.opstreelabs.in", "databases.spotahome.com", "app.redislabs.com"),
    ),
)
ELASTICACHE: Final = System(slug="elasticache", title="Amazon ElastiCache for Valkey")
ELASTICSEARCH: Final = System(
    slug="elasticsearch",
    title="Elasticsearch",
    forms=Forms(
        charts=(
            "elasticsearch",
            "eck-operator",
            "eck-stack",
            "eck-elasticsearch",
            "opensearch",
            "opensearch-cluster",
            "opensearch-operator",
        ),
        images=(
            "elasticsearch",
            "elasticsearch-oss",
            "elasticsearch-ubi8",
            "elasticsearch-wolfi",
            "opensearch",
            "eck-operator",
            "eck-operator-ubi",
            "eck-operator-ubi8",
            "opensearch-operator",
            "opensearch-k8s-operator",
        ),
        kinds=(
            "elasticsearch.k8s.elastic.co",
            "kibana.k8s.elastic.co",
            "apm.k8s.elastic.co",
            "opensearch.opster.io",
            "opensearch.org",
        ),
    ),
)
OPENSEARCH: Final = System(slug="opensearch", title="Amazon OpenSearch Service")
KAFKA: Final = System(
    slug="kafka",
    title="Kafka with Strimzi",
    forms=Forms(
        charts=(
            "kafka",
            "strimzi-kafka-operator",
            "strimzi-kafka-operator-helm-3-chart",
            "strimzi",
            "zookeeper",
            "cp-helm-charts",
            "confluent-for-kubernetes",
            "redpanda",
        ),
        images=(
            "kafka",
            "kafka-native",
            "cp-kafka",
            "cp-server",
            "confluent-local",
            "redpanda",
            "strimzi/operator",
            "zookeeper",
            "cp-zookeeper",
        ),
        kinds=("kafka.strimzi.io", "core.strimzi.io", "platform.confluent.io", "cluster.redpanda.com"),
    ),
)
AIRFLOW: Final = System(slug="airflow", title="Apache Airflow on EKS")
MSK: Final = System(
    slug="msk",
    title="Amazon MSK",
    forms=Forms(types=(type_tokens.MSK_MODULE, type_tokens.MSKCONNECT_MODULE), kinds=("kafka.services.k8s.aws",)),
    refused_because="there is no stream for it to carry: one batch a week, Sunday 02:00",
)
HARBOR: Final = System(
    slug="harbor",
    title="Harbor",
    forms=Forms(
        charts=("harbor",),
        images=(
            "harbor-core",
            "harbor-registryctl",
            "harbor-portal",
            "harbor-jobservice",
            "harbor-db",
            "registry-photon",
            "nginx-photon",
            "trivy-adapter-photon",
            "redis-photon",
            "valkey-photon",
        ),
        kinds=("goharbor.io",),
    ),
)
ECR: Final = System(slug="ecr", title="Amazon ECR")
SEALED_SECRETS: Final = System(
    slug="sealed-secrets",
    title="Sealed Secrets",
    forms=Forms(
        charts=("sealed-secrets",),
        images=("sealed-secrets-controller", "sealed-secrets-kubeseal", "sealed-secrets"),
        kinds=("bitnami.com/SealedSecret",),
    ),
)
SECRETS_MANAGER: Final = System(slug="secrets-manager", title="AWS Secrets Manager with External Secrets Operator")
ALLOY: Final = System(
    slug="alloy",
    title="Grafana Alloy",
    forms=Forms(
        charts=(
            "alloy",
            "grafana-alloy",
            "alloy-operator",
            "k8s-monitoring",
            "grafana-agent",
            "grafana-agent-operator",
        ),
        images=("alloy", "grafana-alloy", "alloy-operator", "grafana/agent", "grafana/agent-operator"),
        kinds=("collectors.grafana.com", "monitoring.grafana.com"),
    ),
)
CLOUDWATCH_AGENT: Final = System(slug="cloudwatch-agent", title="CloudWatch Agent")
PROMETHEUS: Final = System(slug="prometheus", title="Prometheus in EKS")
AMP: Final = System(
    slug="amp",
    title="Amazon Managed Service for Prometheus",
    forms=Forms(types=(type_tokens.AMP_MODULE,), kinds=("prometheusservice.services.k8s.aws",)),
)
GRAFANA: Final = System(slug="grafana", title="Grafana in EKS")
AMG: Final = System(slug="amg", title="Amazon Managed Grafana", forms=Forms(types=(type_tokens.GRAFANA_MODULE,)))
LOKI: Final = System(
    slug="loki",
    title="Loki",
    forms=Forms(
        charts=("loki", "grafana-loki", "loki-stack", "loki-distributed", "loki-simple-scalable"),
        images=("loki", "grafana-loki", "enterprise-logs"),
        kinds=("loki.grafana.com",),
    ),
)
CLOUDWATCH_LOGS: Final = System(slug="cloudwatch-logs", title="CloudWatch Logs")
TEMPO: Final = System(
    slug="tempo",
    title="Tempo",
    forms=Forms(
        charts=("tempo", "grafana-tempo", "tempo-distributed", "tempo-operator", "tempo-vulture"),
        images=("tempo", "grafana-tempo", "tempo-operator", "enterprise-traces"),
        kinds=("tempo.grafana.com",),
    ),
)
XRAY: Final = System(slug="xray", title="AWS X-Ray")
ISTIO: Final = System(
    slug="istio",
    title="Istio",
    forms=Forms(
        charts=("istiod", "istio-base", "istio-cni", "ztunnel", "istio-operator", "istio-ingressgateway"),
        repository_charts=(
            "istio/base",
            "istio/cni",
            "istio/gateway",
            "istio/ztunnel",
            "istio/ambient",
            "istio-release/base",
            "istio-release/cni",
            "istio-release/gateway",
            "istio-release/ztunnel",
            "istio-release/ambient",
        ),
        images=(
            "istio/pilot",
            "istio-release/pilot",
            "istio-testing/pilot",
            "release/pilot",
            "testing/pilot",
            "proxyv2",
            "ztunnel",
            "install-cni",
            "mirrored-istio-pilot",
            "mirrored-istio-proxyv2",
            "mirrored-istio-install-cni",
        ),
        kinds=(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "install.istio.io",
        ),
    ),
)
NO_MESH: Final = System(slug="none", title="no mesh")
APP_MESH: Final = System(
    slug="app-mesh",
    title="AWS App Mesh",
    refused_because="AWS ended it on 2026-09-30",
    forms=Forms(
        types=(type_tokens.APPMESH_MODULE,),
        charts=("appmesh-controller", "appmesh-prometheus", "appmesh-grafana", "appmesh-jaeger", "appmesh-inject"),
        images=("appmesh-controller", "aws-appmesh-envoy", "aws-appmesh-proxy-route-manager"),
        kinds=("appmesh.k8s.aws",),
    ),
)
KYVERNO: Final = System(slug="kyverno", title="Kyverno")
GATEKEEPER: Final = System(
    slug="gatekeeper",
    title="OPA Gatekeeper",
    forms=Forms(
        charts=("gatekeeper",),
        images=(
            "openpolicyagent/gatekeeper",
            "openpolicyagent/gatekeeper-crds",
            "open-policy-agent/gatekeeper",
            "mirrored-openpolicyagent-gatekeeper",
            "mirrored-openpolicyagent-gatekeeper-crds",
        ),
        kinds=(
            "templates.gatekeeper.sh",
            "constraints.gatekeeper.sh",
            "config.gatekeeper.sh",
            "connection.gatekeeper.sh",
            "status.gatekeeper.sh",
            "mutations.gatekeeper.sh",
            "expansion.gatekeeper.sh",
            "externaldata.gatekeeper.sh",
            "syncset.gatekeeper.sh",
        ),
    ),
)
LONGHORN: Final = System(
    slug="longhorn",
    title="Longhorn",
    forms=Forms(
        charts=("longhorn",),
        images=(
            "longhorn-manager",
            "longhorn-engine",
            "longhorn-ui",
            "longhorn-instance-manager",
            "longhorn-share-manager",
            "backing-image-manager",
            "mirrored-longhornio-longhorn-manager",
            "mirrored-longhornio-longhorn-engine",
            "mirrored-longhornio-longhorn-ui",
            "mirrored-longhornio-longhorn-instance-manager",
            "mirrored-longhornio-longhorn-share-manager",
            "mirrored-longhornio-backing-image-manager",
        ),
        kinds=("longhorn.io",),
        provisioners=("driver.longhorn.io", "rancher.io/longhorn"),
        storage_classes=("longhorn", "longhorn-static"),
    ),
)
EBS: Final = System(slug="ebs", title="Amazon EBS")
VELERO: Final = System(slug="velero", title="Velero")
VELERO_S3: Final = System(slug="velero-s3", title="Velero with S3")
ON_PREMISES: Final = System(slug="on-premises", title="the on-premises cluster")
EKS: Final = System(slug="eks", title="Amazon EKS with its nodes, network and load balancer")

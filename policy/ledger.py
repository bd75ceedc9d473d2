"""The ledger: one row a capability, the guide's fifteen and the platform. Claims are the guide's, not ours.

Source of every row: alphacar migration guide v1.0 (2024), sections 1 and 2. A phase of ``None`` always holds.
The guide puts the mesh in no phase; it is decided with the other architecture changes, in phase 3.
"""

from __future__ import annotations

from typing import Final

from policy.check import Check
from policy.row import Forms, Requirement, Row, System, claim
from stacks.section import Capability

_PROD: Final = ("prod",)

ROWS: Final = (
    Row(
        number=1,
        capability="documents",
        verdict="replace",
        phase=2,
        incumbent=System(
            slug="mongodb",
            title="MongoDB",
            forms=Forms(
                charts=("mongodb", "mongodb-sharded", "community-operator", "psmdb-db", "psmdb-operator", "mongodb-kubernetes"),
                images=("mongo", "mongodb", "mongodb-community-server", "mongodb-enterprise-server",
                        "percona-server-mongodb", "mongodb-sharded", "mongodb-kubernetes", "mongodb-kubernetes-operator",
                        "percona-server-mongodb-operator"),
                kinds=("mongodbcommunity.mongodb.com", "mongodb.com", "psmdb.percona.com"),
            ),
        ),
        target=System(slug="documentdb", title="Amazon DocumentDB"),
        reasons="automatic backups for 35 days, automatic patching, several zones, CloudWatch",
        before=(claim(1383, basis="with new hardware"), claim(550, basis="operating only")),
        after=claim(356),
        effect="-74 %; -35 %",
        requires=(
            Requirement(
                type="aws:docdb/clusterParameterGroup:ClusterParameterGroup",
                why="connections are encrypted",
                checks=(Check(path=("parameters", "*", "value"), is_="not equal", value="disabled"),),
            ),
            Requirement(
                type="aws:docdb/subnetGroup:SubnetGroup",
                why="several zones were a reason to move, and a cluster lives where its subnets are",
                checks=(Check(path=("subnetIds", 1), is_="set"),),
            ),

            Requirement(
                type="aws:docdb/cluster:Cluster",
                why="35 days of automatic backups were the reason to move",
                checks=(Check(path=("backupRetentionPeriod",), is_="at least", value=35, only_in=_PROD),),
            ),
            Requirement(
                type="aws:docdb/clusterInstance:ClusterInstance",
                why="a second instance stands in another zone and takes over",
                at_least=2,
                only_in=_PROD,
            ),
            Requirement(type="aws:docdb/clusterInstance:ClusterInstance", why="a cluster without one answers nobody"),
        ),
    ),
    Row(
        number=2,
        capability="cache",
        verdict="replace",
        phase=2,
        incumbent=System(
            slug="redis",
            title="Redis",
            forms=Forms(
                charts=("redis", "redis-cluster", "redis-ha", "redis-operator", "valkey", "valkey-cluster", "keydb"),
                images=("redis", "redis-stack", "redis-stack-server", "redis-cluster", "redis-sentinel", "valkey",
                        "valkey-cluster", "keydb", "redis-operator"),
                kinds=("redis.redis.opstreelabs.in", "databases.spotahome.com", "app.redislabs.com"),
            ),
        ),
        target=System(slug="elasticache", title="Amazon ElastiCache for Valkey"),
        reasons="automatic failover over zones, snapshots, monitoring; three quarters less operating time",
        before=(claim(110, basis="operating only"),),
        after=claim(40),
        effect="-64 %",
        requires=(
            Requirement(
                type="aws:elasticache/replicationGroup:ReplicationGroup",
                why="automatic failover and snapshots were the reason to move",
                checks=(
                    Check(path=("automaticFailoverEnabled",), is_="equal", value=True, only_in=_PROD),
                    Check(path=("snapshotRetentionLimit",), is_="at least", value=1, only_in=_PROD),
                ),
            ),
        ),
    ),
    Row(
        number=3,
        capability="search",
        verdict="replace",
        phase=2,
        incumbent=System(
            slug="elasticsearch",
            title="Elasticsearch",
            forms=Forms(
                charts=("elasticsearch", "eck-operator", "eck-stack", "eck-elasticsearch", "opensearch", "opensearch-operator"),
                images=("elasticsearch", "elasticsearch-oss", "elasticsearch-wolfi", "opensearch", "eck-operator", "opensearch-operator"),
                kinds=("elasticsearch.k8s.elastic.co", "opensearch.opster.io"),
            ),
        ),
        target=System(slug="opensearch", title="Amazon OpenSearch Service"),
        reasons="managed, several zones, inside the VPC with IAM; scaling with traffic is claimed",
        before=(claim(150, basis="operating only"),),
        after=claim(150),
        effect="same cost, less work",
        requires=(
            Requirement(
                type="aws:opensearch/domain:Domain",
                why="a domain inside the VPC over zones was the reason to move",
                checks=(
                    Check(path=("vpcOptions",), is_="set"),
                    Check(path=("clusterConfig", "zoneAwarenessEnabled"), is_="equal", value=True, only_in=_PROD),
                ),
            ),
        ),
    ),
    Row(
        number=4,
        capability="workflow",
        verdict="replace",
        phase=3,
        incumbent=System(
            slug="kafka",
            title="Kafka with Strimzi",
            forms=Forms(
                charts=("kafka", "strimzi-kafka-operator", "strimzi", "cp-helm-charts", "confluent-for-kubernetes", "redpanda"),
                images=("kafka", "cp-kafka", "cp-server", "redpanda", "strimzi/operator", "zookeeper", "cp-zookeeper"),
                kinds=("kafka.strimzi.io", "core.strimzi.io", "platform.confluent.io", "cluster.redpanda.com"),
            ),
        ),
        target=System(slug="airflow", title="Apache Airflow on EKS"),
        reasons="there is no stream: one batch a week, Sunday 02:00; a DAG has retries, alerts, logs and a web UI",
        before=(claim(50, 80),),
        after=claim(60, 90),
        effect="same cost, simpler",
        rejected=(
            System(
                slug="msk",
                title="Amazon MSK",
                forms=Forms(types=("aws:msk/", "aws:mskconnect/"), kinds=("kafka.services.k8s.aws",)),
            ),
        ),
        requires=(
            Requirement(
                type="kubernetes:helm.sh/v3:Release",
                why="a DAG with retries, alerts, logs and a web UI was the reason to move",
                where=(Check(path=("chart",), is_="equal", value="airflow"),),
                checks=(
                    Check(path=("values", "config", "logging", "remote_logging"), is_="equal", value="True"),
                    Check(path=("values", "postgresql", "enabled"), is_="equal", value=False),
                ),
            ),
            Requirement(type="aws:rds/instance:Instance", why="Airflow keeps its metadata in PostgreSQL"),
        ),
    ),
    Row(
        number=5,
        capability="registry",
        verdict="replace",
        phase=1,
        incumbent=System(
            slug="harbor",
            title="Harbor",
            forms=Forms(
                charts=("harbor",),
                images=("harbor-core", "harbor-registryctl", "harbor-portal", "harbor-jobservice", "harbor-db",
                        "registry-photon", "nginx-photon", "trivy-adapter-photon"),
                kinds=("goharbor.io",),
            ),
        ),
        target=System(slug="ecr", title="Amazon ECR"),
        reasons="part of EKS's own access control, fully managed, images scanned by themselves",
        before=(claim(190, basis="instance and operating"),),
        after=claim(35, basis="storage only"),
        effect="-82 %",
        requires=(
            Requirement(type="aws:ecr/repository:Repository", why="images need a home once Harbor is gone"),
            Requirement(
                type="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
                why="automatic scanning was the reason to move",
                checks=(Check(path=("rules", 0, "scanFrequency"), is_="one of", value=("SCAN_ON_PUSH", "CONTINUOUS_SCAN")),),
            ),
        ),
    ),
    Row(
        number=6,
        capability="secrets",
        verdict="replace",
        phase=1,
        incumbent=System(
            slug="sealed-secrets",
            title="Sealed Secrets",
            forms=Forms(
                charts=("sealed-secrets",),
                images=("sealed-secrets-controller", "sealed-secrets-kubeseal"),
                kinds=("bitnami.com/SealedSecret",),
            ),
        ),
        target=System(slug="secrets-manager", title="AWS Secrets Manager with External Secrets Operator"),
        reasons="database passwords rotate by themselves, every access is logged, IAM decides who reads",
        before=(claim(100, basis="staff time"),),
        after=claim(29, basis="10 secrets"),
        effect="-71 %",
        requires=(
            Requirement(
                type="aws:cloudtrail/trail:Trail",
                why="a log of every access was the reason to move",
                checks=(Check(path=("enableLogging",), is_="equal", value=True),),
            ),
            Requirement(
                type="aws:docdb/cluster:Cluster",
                why="database passwords that rotate by themselves were the reason to move",
                checks=(Check(path=("manageMasterUserPassword",), is_="equal", value=True),),
                at_least=0,
            ),

            Requirement(type="aws:secretsmanager/secret:Secret", why="secrets need a home once they are unsealed"),
            Requirement(
                type="kubernetes:external-secrets.io/v1:ClusterSecretStore",
                why="the operator needs a store to mirror secrets from",
            ),
        ),
    ),
    Row(
        number=7,
        capability="agent",
        verdict="replace",
        phase=1,
        incumbent=System(
            slug="alloy",
            title="Grafana Alloy",
            forms=Forms(
                charts=("alloy", "alloy-operator", "k8s-monitoring", "grafana-agent", "grafana-agent-operator"),
                images=("alloy", "alloy-operator", "grafana/agent", "grafana/agent-operator"),
                kinds=("collectors.grafana.com", "monitoring.grafana.com"),
            ),
        ),
        target=System(slug="cloudwatch-agent", title="CloudWatch Agent"),
        reasons="free, integrated with CloudWatch, said to collect the same metrics",
        before=(claim(20, 30, basis="instance"),),
        after=claim(0),
        effect="-100 %",
        requires=(
            Requirement(
                type="aws:eks/addon:Addon",
                why="its price is nothing only while what it sends is a list of our own",
                where=(Check(path=("addonName",), is_="equal", value="amazon-cloudwatch-observability"),),
                checks=(
                    Check(path=("configurationValues", "{}", "containerInsights", "enabled"), is_="equal", value=False),
                    Check(path=("configurationValues", "{}", "applicationSignals", "enabled"), is_="equal", value=False),
                    Check(path=("configurationValues", "{}", "containerLogs", "enabled"), is_="equal", value=False),
                ),
            ),
        ),
    ),
    Row(
        number=8,
        capability="metrics",
        verdict="keep",
        phase=None,
        incumbent=System(slug="prometheus", title="Prometheus in EKS"),
        target=System(slug="prometheus", title="Prometheus in EKS"),
        reasons="managed costs more (the guide says twice or more; 270 to 351 is +30 %), flexible, own settings stay",
        before=(claim(270),),
        after=claim(270),
        effect="increase avoided",
        rejected=(
            System(
                slug="amp",
                title="Amazon Managed Service for Prometheus",
                forms=Forms(types=("aws:amp/",), kinds=("prometheusservice.services.k8s.aws",)),
            ),
        ),
        requires=(
            Requirement(
                type="kubernetes:helm.sh/v3:Release",
                why="Prometheus stays, on a disk that outlives its pod",
                where=(Check(path=("chart",), is_="equal", value="kube-prometheus-stack"),),
                checks=(Check(path=("values", "prometheus", "prometheusSpec", "storageSpec"), is_="set"),),
            ),
        ),
    ),
    Row(
        number=9,
        capability="dashboards",
        verdict="keep",
        phase=None,
        incumbent=System(slug="grafana", title="Grafana in EKS"),
        target=System(slug="grafana", title="Grafana in EKS"),
        reasons="managed costs more (the guide says 6 to 10 times; 165 to 225 is +36 %), own dashboards stay",
        before=(claim(165),),
        after=claim(165),
        effect="increase avoided",
        rejected=(System(slug="amg", title="Amazon Managed Grafana", forms=Forms(types=("aws:grafana/",))),),
        requires=(
            Requirement(
                type="kubernetes:helm.sh/v3:Release",
                why="Grafana stays, with its own dashboards",
                where=(Check(path=("chart",), is_="equal", value="grafana"),),
                checks=(Check(path=("values", "persistence", "enabled"), is_="equal", value=True),),
            ),
        ),
    ),
    Row(
        number=10,
        capability="logs",
        verdict="conditional",
        phase=3,
        incumbent=System(
            slug="loki",
            title="Loki",
            forms=Forms(
                charts=("loki", "loki-stack", "loki-distributed", "loki-simple-scalable"),
                images=("loki", "enterprise-logs"),
                kinds=("loki.grafana.com",),
            ),
        ),
        target=System(slug="cloudwatch-logs", title="CloudWatch Logs"),
        reasons="up to 100 GB a month CloudWatch Logs, beyond it Loki",
        before=(claim(175, basis="at 100 GB"),),
        after=claim(78, basis="at 100 GB"),
        effect="-55 %",
        requires=(
            Requirement(
                type="aws:cloudwatch/logGroup:LogGroup",
                why="pods' logs have a group with an end",
                where=(Check(path=("tags", "decision"), is_="equal", value="logs"),),
                checks=(Check(path=("retentionInDays",), is_="at least", value=1),),
            ),
        ),
    ),
    Row(
        number=11,
        capability="traces",
        verdict="conditional",
        phase=3,
        incumbent=System(
            slug="tempo",
            title="Tempo",
            forms=Forms(
                charts=("tempo", "tempo-distributed", "tempo-operator", "tempo-vulture"),
                images=("tempo", "tempo-operator", "enterprise-traces"),
                kinds=("tempo.grafana.com",),
            ),
        ),
        target=System(slug="xray", title="AWS X-Ray"),
        reasons="up to 100,000 traces a month X-Ray; more of them, or a need to customise, Tempo",
        before=(claim(115),),
        after=claim(25, 50, basis="free tier included"),
        effect="-57 to -78 %",
        requires=(
            Requirement(type="aws:xray/samplingRule:SamplingRule", why="what is kept of traces is decided, not defaulted"),
        ),
    ),
    Row(
        number=12,
        capability="mesh",
        verdict="conditional",
        phase=3,
        incumbent=System(
            slug="istio",
            title="Istio",
            forms=Forms(
                charts=("istiod", "istio-base", "istio-cni", "ztunnel", "istio-operator", "istio-ingressgateway"),
                images=("istio/pilot", "istio-release/pilot", "istio-testing/pilot", "release/pilot", "testing/pilot", "proxyv2",
                        "ztunnel", "install-cni"),
                kinds=("networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io",
                       "install.istio.io"),
            ),
        ),
        target=System(slug="none", title="no mesh"),
        reasons="Istio for its features, App Mesh for its integration with AWS",
        before=(claim(0, basis="software"),),
        after=claim(0, basis="software"),
        effect="same",
        rejected=(
            System(
                slug="app-mesh",
                title="AWS App Mesh",
                forms=Forms(
                    types=("aws:appmesh/",),
                    charts=("appmesh-controller", "appmesh-prometheus", "appmesh-grafana", "appmesh-jaeger", "appmesh-inject"),
                    images=("appmesh-controller", "aws-appmesh-envoy", "aws-appmesh-proxy-route-manager"),
                    kinds=("appmesh.k8s.aws",),
                ),
            ),
        ),
    ),
    Row(
        number=13,
        capability="admission",
        verdict="keep",
        phase=None,
        incumbent=System(slug="kyverno", title="Kyverno"),
        target=System(slug="kyverno", title="Kyverno"),
        reasons="easier to use than OPA Gatekeeper; nothing needs to change",
        effect="none",
        rejected=(
            System(
                slug="gatekeeper",
                title="OPA Gatekeeper",
                forms=Forms(
                    charts=("gatekeeper",),
                    images=("gatekeeper", "gatekeeper-crds"),
                    kinds=("templates.gatekeeper.sh", "constraints.gatekeeper.sh", "config.gatekeeper.sh", "mutations.gatekeeper.sh",
                           "expansion.gatekeeper.sh", "externaldata.gatekeeper.sh", "syncset.gatekeeper.sh"),
                ),
            ),
        ),
        requires=(
            Requirement(
                type="kubernetes:helm.sh/v3:Release",
                why="Kyverno stays",
                where=(Check(path=("chart",), is_="equal", value="kyverno"),),
            ),
        ),
    ),
    Row(
        number=14,
        capability="volumes",
        verdict="replace",
        phase=4,
        incumbent=System(
            slug="longhorn",
            title="Longhorn",
            forms=Forms(
                charts=("longhorn",),
                images=("longhorn-manager", "longhorn-engine", "longhorn-ui", "longhorn-instance-manager", "longhorn-share-manager",
                        "backing-image-manager"),
                kinds=("longhorn.io",),
                provisioners=("driver.longhorn.io", "rancher.io/longhorn"),
                storage_classes=("longhorn", "longhorn-static"),
            ),
        ),
        target=System(slug="ebs", title="Amazon EBS"),
        reasons="fully managed, automatic snapshots; a volume lives in one zone, though the guide says several",
        effect="similar cost, less work",
        requires=(
            Requirement(
                type="kubernetes:storage.k8s.io/v1:StorageClass",
                why="every claim is encrypted without asking for it",
                checks=(
                    Check(path=("provisioner",), is_="equal", value="ebs.csi.aws.com"),
                    Check(path=("parameters", "encrypted"), is_="equal", value=True),
                ),
            ),
            Requirement(
                type="aws:dlm/lifecyclePolicy:LifecyclePolicy",
                why="automatic snapshots were the reason to move, and need a schedule",
                checks=(Check(path=("state",), is_="equal", value="ENABLED"),),
            ),
        ),
    ),
    Row(
        number=15,
        capability="backup",
        verdict="keep",
        phase=4,
        incumbent=System(slug="velero", title="Velero"),
        target=System(slug="velero-s3", title="Velero with S3"),
        reasons="right for Kubernetes resources; its store moves to S3",
        effect="-75 %, because it runs as a pod",
        requires=(
            Requirement(
                type="kubernetes:helm.sh/v3:Release",
                why="Velero stays, and writes to S3",
                where=(Check(path=("chart",), is_="equal", value="velero"),),
                checks=(
                    Check(
                        path=("values", "configuration", "backupStorageLocation", 0, "provider"),
                        is_="equal",
                        value="aws",
                    ),
                ),
            ),
        ),
    ),
    Row(
        number=16,
        capability="platform",
        verdict="replace",
        phase=None,
        incumbent=System(slug="on-premises", title="the on-premises cluster"),
        target=System(slug="eks", title="Amazon EKS with its nodes, network and load balancer"),
        reasons="the guide assumes it and prices none of it",
        requires=(
            Requirement(
                type="aws:eks/cluster:Cluster",
                why="everything else runs on it",
                checks=(Check(path=("upgradePolicy", "supportType"), is_="equal", value="STANDARD"),),
            ),
            Requirement(type="aws:eks/nodeGroup:NodeGroup", why="pods need nodes"),
        ),
    ),
)  # fmt: skip

BY_CAPABILITY: Final[dict[Capability, Row]] = {row.capability: row for row in ROWS}

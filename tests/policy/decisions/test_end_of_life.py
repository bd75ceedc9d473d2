"""What has ended is recognised in every form it takes, and what merely looks like it is left alone."""

from datetime import date, timedelta

import pulumi_aws as aws
import pytest

from model.lifecycle.end_of_life import EndOfLife
from model.lifecycle.engines import ELASTICSEARCH, OPENSEARCH, POSTGRESQL, REDIS, fact_of
from model.resource import UNKNOWN, Resource
from policy.decisions.end_of_life import FACTS
from policy.decisions.rules import facts_are_checked, nothing_is_past_its_end
from policy.engine.rule import Context
from tests.conftest import TODAY

OPENSEARCH_DOMAIN = "aws:opensearch/domain:Domain"
ELASTICSEARCH_DOMAIN = "aws:elasticsearch/domain:Domain"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CACHE = "aws:elasticache/cluster:Cluster"
INSTANCE = "aws:rds/instance:Instance"
NODES = "aws:eks/nodeGroup:NodeGroup"
RELEASE = "kubernetes:helm.sh/v3:Release"
CHART = "kubernetes:helm.sh/v3:Chart"
OLD = "grafana.github.io/helm-charts"
COMMUNITY = "https://grafana-community.github.io/helm-charts"


def judged(kind, props, today=TODAY):
    made = Resource(urn="u", type=kind, name="n", props=props)
    return list(nothing_is_past_its_end(made, Context(settings=None, today=today)))


def pod(image):
    return {"spec": {"template": {"spec": {"containers": [{"image": image}]}}}}


ENDED = [
    (OPENSEARCH_DOMAIN, {"engineVersion": "OpenSearch_1.0"}, "OpenSearch Service 1.0 ended on 2025-11-07"),
    (OPENSEARCH_DOMAIN, {"engineVersion": "OpenSearch_2.9"}, "2.9 ended on 2025-11-07"),
    (OPENSEARCH_DOMAIN, {"engineVersion": "Elasticsearch_7.1"}, "7.1 ended on 2025-11-07"),
    (OPENSEARCH_DOMAIN, {"engineVersion": "Elasticsearch_1.4"}, "before 1.5 ended before 2025-11-07"),
    (ELASTICSEARCH_DOMAIN, {"elasticsearchVersion": "5.6"}, "5.6 ended on 2025-11-07"),
    (ELASTICSEARCH_DOMAIN, {}, "1.5 ended"),
    (REPLICATION_GROUP, {"engine": "redis", "engineVersion": "4.0.10"}, "ElastiCache 4 ended on 2026-01-31"),
    (REPLICATION_GROUP, {"engineVersion": "5.0.6"}, "ElastiCache 5 ended on 2026-01-31"),
    (CACHE, {"engine": "redis", "engineVersion": "3.2.10"}, "ElastiCache 3 ended on 2023-07-31"),
    (INSTANCE, {"engine": "postgres", "engineVersion": "11"}, "RDS 11 ended on 2024-02-29"),
    (INSTANCE, {"engine": "postgres", "engineVersion": "13.20"}, "RDS 13 ended on 2026-02-28"),
    (INSTANCE, {"engine": "postgres", "engineVersion": "9.5.2"}, "before 9.6 ended before 2022-04-30"),
    ("aws:docdb/cluster:Cluster", {"engineVersion": "3.6.0"}, "DocumentDB 3.6 ended"),
    (NODES, {"version": "1.31"}, "before 1.33 on EKS ended before 2026-07-29"),
    (NODES, {"version": 1.31}, "before 1.33 on EKS ended"),
    (NODES, {"version": "1.33"}, "Kubernetes 1.33 on EKS ended on 2026-07-29"),
    (NODES, {"amiType": "AL2_x86_64"}, "Amazon Linux 2"),
    ("kubernetes:apps/v1:DaemonSet", pod("amazon/aws-xray-daemon:3.x"), "X-Ray"),
    ("kubernetes:apps/v1:Deployment", pod("public.ecr.aws/xray/aws-xray-daemon@sha256:0a"), "OpenTelemetry"),
    (RELEASE, {"chart": "appmesh-controller"}, "AWS App Mesh ended on 2026-09-30"),
    ("kubernetes:kyverno.io/v1:ClusterPolicy", {}, "use policies.kyverno.io/v1"),
    ("kubernetes:kyverno.io/v2:CleanupPolicy", {}, "use policies.kyverno.io/v1"),
    ("kubernetes:external-secrets.io/v1alpha1:ExternalSecret", {}, "before external-secrets 0.17"),
    ("kubernetes:external-secrets.io/v1beta1:ClusterExternalSecret", {}, "2025-05-14"),
    ("kubernetes:extensions/v1beta1:Ingress", {}, "with Kubernetes 1.22, which no longer serves it"),
    ("kubernetes:extensions/v1beta1:Deployment", {}, "with Kubernetes 1.16"),
    ("kubernetes:apps/v1beta1:StatefulSet", {}, "use apps/v1"),
    ("kubernetes:apps/v1beta2:DaemonSetPatch", {}, "use apps/v1"),
    ("kubernetes:batch/v1beta1:CronJob", {}, "with Kubernetes 1.25"),
    ("kubernetes:batch/v1beta1:CronJobList", {"items": [{}]}, "with Kubernetes 1.25"),
    ("kubernetes:policy/v1beta1:PodDisruptionBudget", {}, "use policy/v1"),
    ("kubernetes:autoscaling/v2beta1:HorizontalPodAutoscaler", {}, "with Kubernetes 1.25"),
    ("kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler", {}, "with Kubernetes 1.26"),
    ("kubernetes:networking.k8s.io/v1beta1:IngressClass", {}, "networking.k8s.io/v1"),
    ("kubernetes:flowcontrol.apiserver.k8s.io/v1beta3:FlowSchema", {}, "with Kubernetes 1.32"),
    ("kubernetes:batch/v2alpha1:CronJob", {}, "with Kubernetes 1.21"),
    ("kubernetes:karpenter.sh/v1alpha5:Provisioner", {}, "with Karpenter 0.33"),
    ("kubernetes:karpenter.sh/v1beta1:NodePool", {}, "use karpenter.sh/v1 and karpenter.k8s.aws/v1"),
    ("kubernetes:karpenter.k8s.aws/v1beta1:EC2NodeClass", {}, "with Karpenter 1.1"),
    ("kubernetes:certmanager.k8s.io/v1alpha1:Issuer", {}, "with cert-manager 0.11"),
    ("kubernetes:acme.cert-manager.io/v1alpha3:Order", {}, "with cert-manager 1.6"),
    ("kubernetes:helm.toolkit.fluxcd.io/v2beta1:HelmRelease", {}, "with Flux 2.7"),
    ("kubernetes:source.toolkit.fluxcd.io/v1beta2:GitRepository", {}, "with Flux 2.8"),
    ("kubernetes:gateway.networking.k8s.io/v1alpha2:HTTPRoute", {}, "with Gateway API 1.0"),
    ("kubernetes:keda.k8s.io/v1alpha1:ScaledObject", {}, "with KEDA 2.0"),
    ("kubernetes:traefik.containo.us/v1alpha1:IngressRoute", {}, "with Traefik 3.0"),
    ("kubernetes:kubernetes-client.io/v1:ExternalSecret", {}, "use external-secrets.io/v1"),
    ("aws:qldb/ledger:Ledger", {}, "Amazon QLDB ended on 2025-07-31"),
    ("aws:waf/webAcl:WebAcl", {}, "AWS WAF Classic ended on 2025-09-30"),
    ("aws:wafregional/rule:Rule", {}, "use AWS WAF (wafv2)"),
    ("aws:evidently/project:Project", {}, "CloudWatch Evidently ended on 2025-10-17"),
    ("aws:mediastore/container:Container", {}, "MediaStore ended on 2025-11-13"),
    ("aws:elastictranscoder/pipeline:Pipeline", {}, "Elastic Transcoder ended on 2025-11-13"),
    ("aws:kinesis/analyticsApplication:AnalyticsApplication", {}, "for SQL ended on 2026-01-27"),
    ("aws:inspector/assessmentTarget:AssessmentTarget", {}, "Inspector Classic ended on 2026-05-20"),
    (RELEASE, {"chart": "grafana/grafana"}, "grafana-community"),
    (RELEASE, {"chart": "loki", "repositoryOpts": {"repo": f"http://{OLD}"}}, "grafana-community"),
    (RELEASE, {"chart": "loki", "repositoryOpts": {"repo": f"HTTPS://{OLD.upper()}/"}}, "grafana-community"),
    (RELEASE, {"chart": f"https://{OLD}/tempo-1.24.4.tgz"}, "grafana-community"),
    (
        RELEASE,
        {"chart": "https://github.com/grafana/helm-charts/releases/download/grafana-8.5.1/grafana-8.5.1.tgz"},
        "grafana-community",
    ),
    (CHART, {"chart": "grafana", "fetchOpts": {"repo": f"https://{OLD}"}}, "grafana-community"),
    (CHART, {"chart": "grafana", "repo": "grafana"}, "grafana-community"),
    ("kubernetes:helm.sh/v4:Chart", {"chart": "oci://ghcr.io/grafana/helm-charts/loki"}, "grafana-community"),
]


@pytest.mark.parametrize(("kind", "props", "says"), ENDED)
def test_what_has_ended_is_refused(kind, props, says):
    (finding,) = judged(kind, props)

    assert finding.kind == "violation"
    assert says in finding.message


ALIVE = [
    (OPENSEARCH_DOMAIN, {"engineVersion": "OpenSearch_2.19"}),
    (OPENSEARCH_DOMAIN, {"engineVersion": "OpenSearch_3.7"}),
    (OPENSEARCH_DOMAIN, {}),
    (OPENSEARCH_DOMAIN, {"engineVersion": UNKNOWN}),
    (ELASTICSEARCH_DOMAIN, {"elasticsearchVersion": UNKNOWN}),
    (REPLICATION_GROUP, {"engine": "valkey", "engineVersion": "8.2"}),
    (REPLICATION_GROUP, {"engine": "redis", "engineVersion": "7.1"}),
    (CACHE, {"engine": "memcached", "engineVersion": "1.5.16"}),
    (INSTANCE, {"engine": "postgres", "engineVersion": "16"}),
    (INSTANCE, {"engine": "mysql", "engineVersion": "5.7"}),
    ("aws:docdb/cluster:Cluster", {"engineVersion": "5.0.0"}),
    (NODES, {"version": "1.35", "amiType": "AL2023_ARM_64_STANDARD"}),
    (NODES, {"version": UNKNOWN}),
    ("kubernetes:apps/v1:Deployment", pod("example/aws-xray-daemon-exporter:1")),
    ("kubernetes:policies.kyverno.io/v1:ValidatingPolicy", {}),
    ("kubernetes:policies.kyverno.io/v1:PolicyException", {}),
    ("kubernetes:kyverno.io/v2:GlobalContextEntry", {}),
    ("kubernetes:external-secrets.io/v1:ExternalSecret", {}),
    ("kubernetes:external-secrets.io/v1alpha1:PushSecret", {}),
    ("kubernetes:generators.external-secrets.io/v1alpha1:Password", {}),
    ("kubernetes:networking.k8s.io/v1:Ingress", {}),
    ("kubernetes:networking.k8s.io/v1beta1:IPAddress", {}),
    ("kubernetes:admissionregistration.k8s.io/v1beta1:MutatingAdmissionPolicy", {}),
    ("kubernetes:storage.k8s.io/v1beta1:VolumeAttributesClass", {}),
    ("kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant", {}),
    ("kubernetes:gateway.networking.k8s.io/v1alpha2:TCPRoute", {}),
    ("kubernetes:karpenter.sh/v1:NodePool", {}),
    ("kubernetes:cert-manager.io/v1:Certificate", {}),
    ("kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease", {}),
    ("kubernetes:image.toolkit.fluxcd.io/v1:ImagePolicy", {}),
    ("kubernetes:keda.sh/v1alpha1:ScaledObject", {}),
    ("aws:wafv2/webAcl:WebAcl", {}),
    ("aws:inspector2/enabler:Enabler", {}),
    ("aws:kinesis/stream:Stream", {}),
    (RELEASE, {"chart": "mimir-distributed", "repositoryOpts": {"repo": f"https://{OLD}"}}),
    (RELEASE, {"chart": "grafana", "repositoryOpts": {"repo": COMMUNITY}}),
    (RELEASE, {"chart": "grafana/grafana", "repositoryOpts": {"repo": COMMUNITY}}),
    (RELEASE, {"chart": "grafana", "repositoryOpts": {"repo": f"https://mirror.example.com/{OLD}"}}),
    (RELEASE, {"chart": "oci://ghcr.io/grafana-community/helm-charts/grafana"}),
    (RELEASE, {"chart": "grafana", "repositoryOpts": {"repo": UNKNOWN}}),
]


@pytest.mark.parametrize(("kind", "props"), ALIVE)
def test_what_has_not_ended_is_left_alone(kind, props):
    assert judged(kind, props) == []


@pytest.mark.parametrize(
    ("kind", "props", "says"),
    [
        (REPLICATION_GROUP, {"engine": "redis", "engineVersion": "6.x"}, "ElastiCache 6 ends on 2027-01-31"),
        (OPENSEARCH_DOMAIN, {"engineVersion": "Elasticsearch_6.8"}, "Elastic ended 6 on 2022-02-10"),
        (OPENSEARCH_DOMAIN, {"engineVersion": "Elasticsearch_7.10"}, "7 on 2026-01-15"),
    ],
)
def test_what_ends_soon_or_only_aws_keeps_is_told(kind, props, says):
    (finding,) = judged(kind, props)

    assert finding.kind == "advisory"
    assert says in finding.message


@pytest.mark.parametrize(
    ("engine", "version", "last_day_in_support"),
    [
        (OPENSEARCH, "2.19", date(2027, 11, 6)),
        (ELASTICSEARCH, "6.8", date(2027, 11, 6)),
        (REDIS, "6.2", date(2027, 1, 30)),
        (POSTGRESQL, "14.9", date(2027, 2, 27)),
    ],
)
def test_support_ends_on_its_day_and_is_told_90_days_before(engine, version, last_day_in_support):
    fact = fact_of(engine, version)
    ends = last_day_in_support + timedelta(days=1)

    assert not fact.ended(last_day_in_support)
    assert fact.ended(ends)
    assert fact.ends_soon(ends - timedelta(days=90))
    assert not fact.ends_soon(ends - timedelta(days=91))


def test_a_version_that_is_no_version_is_nothing_known():
    assert fact_of(POSTGRESQL, "") is None
    assert fact_of(POSTGRESQL, "latest") is None
    assert fact_of(POSTGRESQL, "99") is None


def test_a_fact_has_either_a_day_or_what_it_ended_by():
    with pytest.raises(ValueError, match="either"):
        EndOfLife(subject="s", instead="i", source="x")
    with pytest.raises(ValueError, match="either"):
        EndOfLife(subject="s", instead="i", source="x", ends=TODAY, ended_by="with 1.0")


def test_every_fact_has_a_source_an_alternative_and_a_day_it_was_checked_on():
    assert len(set(FACTS)) == len(FACTS)
    for fact in FACTS:
        assert fact.source
        assert fact.instead
        assert date(2026, 11, 1) <= fact.checked_on
        assert fact.extended_until is None or fact.extended_until > fact.ends


def test_facts_of_one_source_are_to_be_checked_in_one_go():
    late = list(facts_are_checked([], Context(settings=None, today=date(2027, 6, 1))))
    about_apis = [finding for finding in late if "deprecated API migration guide" in finding.message]

    assert len(about_apis) == 1
    assert "batch/v1beta1 CronJob; " in about_apis[0].message
    assert sum("X-Ray SDKs and daemon" in finding.message for finding in late) == 1


def test_the_types_are_ones_that_the_sdk_registers():
    assert aws.elasticsearch.Domain.pulumi_type == ELASTICSEARCH_DOMAIN
    assert aws.elasticache.Cluster.pulumi_type == CACHE


ODD = [None, True, 0, -1.5, float("nan"), "", "x" * 9999, "9" * 9999, "²", [], [None], {}, {"repo": [1]}, UNKNOWN]


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in ENDED}))
def test_whatever_a_resource_holds_is_judged(kind):
    keys = ("engine", "engineVersion", "elasticsearchVersion", "version", "amiType", "spec", "items")
    charts = ("chart", "repositoryOpts", "fetchOpts", "repo")

    for odd in ODD:
        judged(kind, dict.fromkeys((*keys, *charts), odd))
        judged(kind, {**dict.fromkeys(charts, odd), "chart": "grafana"})
        judged(kind, {"engine": "postgres", "engineVersion": odd})


@pytest.mark.parametrize(
    ("version", "named"),
    [("1.99", "Kubernetes 1.99;"), ("hunter2", "Kubernetes this version;"), ("1.99.1", "this version;")],
)
def test_only_what_looks_like_a_version_is_quoted(version, named):
    (found,) = judged("aws:eks/cluster:Cluster", {"version": version})

    assert (found.kind, named in found.message) == ("undetermined", True)

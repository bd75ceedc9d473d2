"""Whatever a resource holds, a rule answers: it never raises, and never quotes what could be a secret."""

import math
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.resource import UNKNOWN, Resource
from policy.cost.rules import RULES as COST
from policy.cost.waste_tables import CHEAPER, CLASSES
from policy.decisions.rules import RULES as DECISIONS
from policy.engine.rule import BROKEN, Context, judge
from policy.guardrails.deletion_protection import STATEFUL
from policy.guardrails.iam.documents import NAMED_TYPES, NARROW_TYPES
from policy.guardrails.rules import DEMANDS
from policy.guardrails.rules import RULES as GUARDRAILS
from policy.guardrails.tags import TAGGED
from stacks.load import stack_file
from tests.conftest import TODAY

RULES = (*DECISIONS, *COST, *GUARDRAILS)
CANARY = "s3cr3t-canary-9f2b"
PROD = Context(settings=stack_file("prod").settings, today=TODAY)
ALONE = Context(settings=None, today=TODAY)

#: Types that some rule looks at, and some that none does.
TYPES = sorted(
    {
        *(demand.type for demand in DEMANDS),
        *NARROW_TYPES,
        *NAMED_TYPES,
        *STATEFUL,
        *TAGGED,
        *(item.type for item in CHEAPER),
        *CLASSES,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:eks/addon:Addon",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:amp/workspace:Workspace",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:apps/v1:Deployment",
        "kubernetes:batch/v1:CronJob",
        "kubernetes:core/v1:Pod",
        "kubernetes:core/v1:PodTemplate",
        "kubernetes:core/v1:List",
        "kubernetes:apps/v1:DeploymentList",
        "kubernetes:core/v1:PersistentVolume",
        "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease",
        "kubernetes:argoproj.io/v1alpha1:Application",
        "kubernetes:core/v1:PersistentVolumeClaim",
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "kubernetes:bitnami.com/v1alpha1:SealedSecret",
        "kubernetes:v1:ConfigMap",
        "foo:bar/unheard:Of",
        "",
        ":::",
    }
)
#: Keys that rules read, so that the odd values land where they are looked at.
KEYS = st.sampled_from(
    [
        "tags", "engine", "engineVersion", "version", "chart", "repositoryOpts", "repo", "values", "spec", "template",
        "containers", "initContainers", "image", "vpcConfig", "publicAccessCidrs", "endpointPublicAccess", "ingress",
        "cidrBlocks", "cidrIpv4", "blockDeviceMappings", "ebs", "encrypted", "volumeType", "storageEncrypted",
        "metadataOptions", "httpPutResponseHopLimit", "configurationValues", "addonName", "upgradePolicy", "supportType",
        "scalingConfig", "desiredSize", "instanceTypes", "instanceType", "instanceClass", "nodeType", "retentionInDays",
        "provisioner", "parameters", "type", "storageClassName", "jobTemplate", "decision", "clusterConfig", "amiType",
        "items", "apiVersion", "kind", "volumes", "csi", "driver", "ephemeral", "volumeClaimTemplate", "source", "sources",
        "repoURL", "sourceRef", "name", "metadata", "policy", "policyArn", "principal", "Statement", "Effect", "Action",
        "Resource", "Principal", "Condition", "StringEquals", "aws:SourceAccount", "assumeRolePolicy", "acl", "entries",
        "environment",
    ]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=True, allow_infinity=True),
    st.just(math.nan),
    st.text(max_size=30),
    st.just(CANARY),
    st.just(f"{CANARY}/redis:{CANARY}"),
    st.just("x" * 100_000),
    st.just(UNKNOWN),
    st.sampled_from(
        [
            "Allow",
            "*",
            '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}',
            "mongo:7",
            "docker.io/bitnami/redis@sha256:0",
            "bitnami/kafka",
            "{",
            '{"a": 1}',
            "0.0.0.0/0",
            "1.34",
        ]
    ),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)
RESOURCES = st.builds(
    lambda kind, props, protect: Resource(
        urn=f"urn:pulumi:prod::p::{kind}::odd", type=kind, name="odd", props=props, protect=protect
    ),
    st.sampled_from(TYPES),
    st.dictionaries(KEYS, VALUES, max_size=8),
    st.booleans(),
)


# Every rule judges the same resources: to draw one takes longer than all rules take to judge it.
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(resource=RESOURCES)
def test_a_rule_survives_any_resource_and_keeps_its_secrets(resource):
    for rule, context in product(RULES, (PROD, ALONE)):
        for finding in judge(rule, resource, context):
            assert not finding.message.startswith(BROKEN.partition("{")[0]), f"{rule.name}: {finding.message}"
            assert CANARY not in finding.message, rule.name
            assert len(finding.message) < 2_000, rule.name

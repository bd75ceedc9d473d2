"""Every type stands in one table, is one the SDK knows, and tells how it is billed."""

import re
from pathlib import Path

import pulumi_aws
import pytest

from model.kubernetes import kind_of
from pricing import meter
from pricing.coverage.free_types import FREE, FREE_PREFIXES
from pricing.coverage.unpriced_types import FAMILIES, KNOWN_UNPRICED
from tests.pricing.billing import CLAIM, billed, resource

REGISTRY = (Path(pulumi_aws.__file__).parent / "__init__.py").read_text(encoding="utf-8")
REGISTERED = set(re.findall(r'"(aws:[A-Za-z0-9]+/[A-Za-z0-9]+:[A-Za-z0-9]+)"', REGISTRY))


def test_a_type_stands_in_one_table_only():
    assert not FREE & KNOWN_UNPRICED.keys()
    assert not FREE & meter.METERS.keys()
    assert not KNOWN_UNPRICED.keys() & meter.METERS.keys()


def test_every_aws_type_in_the_tables_is_one_that_the_sdk_registers():
    named = {kind for kind in [*FREE, *KNOWN_UNPRICED, *meter.METERS] if kind.startswith("aws:")}

    assert named - REGISTERED == set()
    assert all(
        any(token.startswith(prefix) for token in REGISTERED) for prefix in FREE_PREFIXES if prefix[:4] == "aws:"
    )


def test_every_family_is_a_module_of_the_sdk_and_all_of_its_other_types_are_billed():
    modules = {token[4:].partition("/")[0] for token in REGISTERED}

    assert FAMILIES.keys() <= modules
    for token in (
        "aws:memorydb/cluster:Cluster",
        "aws:ecs/service:Service",
        "aws:fsx/windowsFileSystem:WindowsFileSystem",
    ):
        (gap,) = billed(resource(token)).unpriced
        assert (gap.kind, "is billed by" in gap.reason) == ("price", True)


@pytest.mark.parametrize(
    ("token", "standing"),
    [
        ("aws:eks/cluster:Cluster", "priced"),
        ("aws:s3/bucket:Bucket", "usage"),
        ("aws:iam/role:Role", "free"),
        ("aws:ec2/subnet:Subnet", "free"),
        ("alphacar:documents:Documents", "free"),
        ("eks:index:Cluster", "free"),
        ("pulumi:providers:aws", "free"),
        ("kubernetes:apps/v1:Deployment", "free"),
        ("kubernetes:kyverno.io/v1:ClusterPolicy", "free"),
        (CLAIM, "priced"),
        ("kubernetes:v1:Service", "priced"),
        ("kubernetes:core/v1:ServicePatch", "priced"),
        ("kubernetes:extensions/v1beta1:Ingress", "priced"),
        ("aws:msk/cluster:Cluster", "unpriced"),
        ("aws:mwaa/environment:Environment", "unpriced"),
        ("aws:quantum/computer:Computer", "unpriced"),
        ("aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2", "free"),
        ("aws:wafv2/ipSet:IpSet", "free"),
        ("aws:ecs/taskDefinition:TaskDefinition", "free"),
        ("aws:ram/resourceShare:ResourceShare", "free"),
        ("aws:grafana/workspaceServiceAccount:WorkspaceServiceAccount", "unpriced"),
        ("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", "unpriced"),
        ("aws:sns/dataProtectionPolicy:DataProtectionPolicy", "unpriced"),
        ("aws:lb/trustStore:TrustStore", "unpriced"),
        ("pulumi-python:dynamic:Resource", "unpriced"),
        ("aws-native:memorydb:Cluster", "unpriced"),
    ],
)
def test_a_type_token_tells_how_it_is_billed(token, standing):
    assert meter.price_status(token) == standing


def test_free_things_leave_no_trace_on_the_bill():
    things = [resource(token) for token in sorted(FREE)] + [resource("alphacar:own:Component", custom=False)]

    assert billed(*things) == meter.Bill((), ())


def test_a_kubernetes_token_is_told_by_group_and_kind_alone():
    tokens = ("kubernetes:core/v1:Service", "kubernetes:v1:Service", "kubernetes:core/v1:ServicePatch")

    assert {kind_of(token) for token in tokens} == {"kubernetes:core:Service"}

"""An empty list or mapping is one that was not given: only where something is required does AWS miss it."""

import pytest

from tests.policy.guardrails.aws_api.plainly import violations
from tests.pricing.billing import resource

ADDON = {"addonName": "coredns", "clusterName": "shop"}


@pytest.mark.parametrize(
    ("token", "props"),
    [
        ("aws:eks/addon:Addon", {**ADDON, "tags": {}}),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/shop", "tags": {}}),
        ("aws:docdb/cluster:Cluster", {"engine": "docdb", "enabledCloudwatchLogsExports": []}),
    ],
)
def test_what_is_empty_and_optional_is_not_sent(token, props):
    assert list(violations(resource(token, props))) == []


def test_what_is_empty_and_required_is_missed():
    told = [finding.message for finding in violations(resource("aws:route53/resolverEndpoint:ResolverEndpoint", {"direction": "INBOUND", "ipAddresses": [], "securityGroupIds": ["sg-0a1b2c3d"]}))]  # fmt: skip

    assert any(message.startswith("ipAddresses has 0 entries") for message in told)


def test_too_many_are_refused_as_before():
    many = {f"key-{number}": "x" for number in range(60)}

    assert list(violations(resource("aws:eks/addon:Addon", {**ADDON, "tags": many})))

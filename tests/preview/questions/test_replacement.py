"""Which changes make another resource, and which look like it and do not."""

import json

import pytest

from preview.questions.diff.replacement import TABLE, replaces
from stacks.environments import stack_names
from stacks.load import stack_file
from tests.recordings import planned

GROUP = "aws:eks/nodeGroup:NodeGroup"
DOMAIN = "aws:opensearch/domain:Domain"
STATEFUL = "kubernetes:apps/v1:StatefulSet"


@pytest.mark.parametrize(
    ("type_", "path", "before", "after"),
    [
        (GROUP, "instanceTypes", ["m6g.large"], ["m7g.large"]),
        (GROUP, "instanceTypes[1]", "m6g.large", "m7g.large"),
        (GROUP, "launchTemplate.id", "lt-1", "[unknown]"),
        # A whole block that comes brings what replaces along.
        (GROUP, "launchTemplate", None, {"id": "lt-1", "version": "1"}),
        (DOMAIN, "vpcOptions", None, {"subnetIds": ["subnet-1"]}),
        (DOMAIN, "vpcOptions", {"subnetIds": ["subnet-1"]}, None),
        ("aws:rds/instance:Instance", "storageEncrypted", True, None),
        ("aws:ec2/subnet:Subnet", "cidrBlock", "10.0.0.0/24", "10.0.1.0/24"),
        (STATEFUL, "spec.volumeClaimTemplates[0].spec.resources.requests.storage", "1Gi", "2Gi"),
        (STATEFUL, "spec.selector.matchLabels.app", "a", "b"),
        ("kubernetes:external-secrets.io/v1:ExternalSecret", "metadata.name", "a", "b"),
        ("kubernetes:core/v1:ConfigMap", "data.key", "a", "b"),
        ("kubernetes:helm.sh/v3:Release", "namespace", "a", "b"),
    ],
)
def test_a_change_that_the_provider_cannot_make_in_place_replaces(type_, path, before, after):
    assert replaces(type_, path, before, after)


@pytest.mark.parametrize(
    ("type_", "path", "before", "after"),
    [
        (GROUP, "scalingConfig.maxSize", 3, 4),
        (GROUP, "launchTemplate.version", "1", "2"),
        (GROUP, "launchTemplate", None, {"version": "1"}),
        # The provider keeps what it computed.
        (GROUP, "instanceTypes", ["m6g.large"], None),
        (DOMAIN, "vpcOptions.subnetIds", ["subnet-1"], ["subnet-2"]),
        ("aws:rds/instance:Instance", "instanceClass", "db.t4g.medium", "db.t4g.large"),
        ("aws:rds/instance:Instance", "storageEncryptedX", True, False),
        (STATEFUL, "spec.replicas", 1, 2),
        (STATEFUL, "spec.template.spec.selector", "a", "b"),
        ("kubernetes:helm.sh/v3:Release", "values.name", "a", "b"),
        ("kubernetes:helm.sh/v3:Release", "metadata.name", "a", "b"),
        ("aws:strange/thing:Thing", "name", "a", "b"),
    ],
)
def test_a_change_in_place_does_not(type_, path, before, after):
    assert not replaces(type_, path, before, after)


def test_the_table_is_of_types_that_the_program_declares():
    declared = {
        made.type for stack in stack_names() for made in planned(stack, stack_file(stack)).recording.registrations
    }
    listed = json.loads(TABLE.read_text())["types"]

    # A VPN, a green domain and Loki's bucket are declared by some settings only.
    assert len(declared & {*listed}) > 55
    assert all(type_.startswith("aws:") for type_ in listed)

"""The committed table of what replaces a resource is what the real provider's schema says today."""

import json

from preview.questions.diff.replacement import TABLE
from tests.aws.replacements import table


def test_the_table_is_as_the_provider_says(provider):
    assert json.loads(TABLE.read_text()) == table(provider)


def test_both_kinds_of_resources_and_a_condition_are_told_apart(provider):
    found = provider.replaces(["aws_eks_node_group", "aws_eks_pod_identity_association", "aws_opensearch_domain"])

    assert {"instance_types", "subnet_ids"} <= {*found["aws_eks_node_group"]}
    assert "scaling_config" not in found["aws_eks_node_group"]
    # Of the plugin framework, whose role may change in place.
    assert found["aws_eks_pod_identity_association"] == ["cluster_name", "namespace", "service_account"]
    # It is replaced for some of its changes only, which the provider decides by both values.
    assert "engine_version" not in found["aws_opensearch_domain"]

"""Whatever the meter bills is tagged, and whatever holds data is encrypted, as far as the SDK has an input for it."""

import inspect
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pulumi_aws

from policy.guardrails.deletion_protection import STATEFUL
from policy.guardrails.encryption import ENCRYPTION
from policy.guardrails.tags import TAGGED
from pricing import meter

METERED = {token for token in meter.METERS if token.startswith("aws:")}
KEY_ONLY = "AWS encrypts it whatever is written; the input only names the key"
#: Types with an input about encryption that no rule reads, and why none has to (source: the services' user guides, of
#: which those of CloudWatch Logs, ECR, Managed Grafana, S3 and VPN are recalled).
NEVER_IN_CLEAR = {
    "aws:amp/workspace:Workspace": KEY_ONLY,
    "aws:cloudwatch/logGroup:LogGroup": KEY_ONLY,
    "aws:docdb/clusterInstance:ClusterInstance": "its data is the cluster's; the input is for Performance Insights",
    "aws:dynamodb/table:Table": KEY_ONLY,
    "aws:ec2/vpnConnection:VpnConnection": "a tunnel is always encrypted; the inputs narrow what both ends agree on",
    "aws:ecr/repository:Repository": KEY_ONLY,
    "aws:elasticache/serverlessCache:ServerlessCache": KEY_ONLY,
    "aws:grafana/workspace:Workspace": KEY_ONLY,
    "aws:mwaa/environment:Environment": KEY_ONLY,
    "aws:opensearch/serverlessCollection:ServerlessCollection": "AWS makes none without an encryption policy",
    "aws:rds/clusterInstance:ClusterInstance": "its data is the cluster's; the input is for Performance Insights",
    "aws:s3/bucket:Bucket": KEY_ONLY,
    "aws:s3/bucketV2:BucketV2": KEY_ONLY,
    "aws:secretsmanager/secret:Secret": KEY_ONLY,
}


@cache
def classes():
    """Module and class of each type, as the SDK registers them."""
    text = Path(pulumi_aws.__file__).read_text(encoding="utf-8")
    modules = json.loads(re.search(r'resource_modules="""\n(.*?)\n"""', text, re.DOTALL)[1])
    return {token: (module["fqn"], name) for module in modules for token, name in module["classes"].items()}


def inputs(token):
    module, name = classes()[token]
    return inspect.signature(getattr(import_module(module), name)._internal_init).parameters


def test_every_metered_type_that_can_be_tagged_must_be():
    can = {token for token in METERED if "tags" in inputs(token)}

    assert can - TAGGED == set()


def test_every_type_that_must_be_tagged_can_be():
    taking_a_list = {token for token in TAGGED if "Mapping[str" not in str(inputs(token)["tags"].annotation)}

    assert taking_a_list == {"aws:autoscaling/group:Group"}


def test_every_type_that_is_billed_or_holds_data_is_encrypted_where_that_is_a_choice():
    ruled = {rule.type for rule in ENCRYPTION}
    asked = {
        token for token in METERED | STATEFUL.keys() if any("encr" in name or "kms" in name for name in inputs(token))
    }

    assert asked - ruled == NEVER_IN_CLEAR.keys()

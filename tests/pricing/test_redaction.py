"""No message quotes a property that could be a secret: packs receive them in clear text."""

import pytest

from model.resource import UNKNOWN
from policy.cost.waste import no_hidden_bills
from policy.engine.rule import Context
from pricing.redaction import is_class, redact
from tests.conftest import TODAY
from tests.pricing.billing import BOOK, GROUP, TEMPLATE, billed, group, resource
from tests.pricing.golden_platform import PLATFORM
from tests.pricing.golden_services import SERVICES
from tests.pricing.test_meter import places, replaced

BY_ID = {"launchTemplate": {"id": UNKNOWN, "version": UNKNOWN}}
CANARY = "hunter2-TOPSECRET"
PROPS = [(token, props) for _, token, props, _ in (*PLATFORM, *SERVICES)]
#: Kinds of value that a message used to quote, at types that the golden tables do not hold.
MORE = [
    ("aws:ec2/instance:Instance", {"instanceType": "m6g.large", "rootBlockDevice": {"volumeType": "gp3"}}),
    ("aws:eks/capability:Capability", {"type": "ARGOCD"}),
    ("aws:eks/cluster:Cluster", {"controlPlaneScalingConfig": {"tier": "standard"}}),
    ("aws:mwaa/environment:Environment", {"environmentClass": "mw1.small"}),
    ("aws:ec2/flowLog:FlowLog", {"logDestinationType": "s3"}),
    ("aws:sns/topicSubscription:TopicSubscription", {"protocol": "email"}),
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "/aws/eks/x", "retentionInDays": 7, "logGroupClass": "DELIVERY"}),
    ("aws:docdb/cluster:Cluster", {"storageType": "standard", "engineVersion": "5.0.0"}),
    ("aws:rds/instance:Instance", {"engine": "mysql", "engineVersion": "8.0", "instanceClass": "db.m5.large"}),
    (GROUP, group(**BY_ID)),
    (TEMPLATE, {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "volumeSize": 9}}]}),
]


@pytest.mark.parametrize(("token", "props"), [*PROPS, *MORE], ids=str)
def test_no_message_and_no_line_quotes_a_property(token, props):
    for path in places(props):
        for secret in (CANARY, f"13.{CANARY}", f"m4.{CANARY}", [CANARY], {CANARY: CANARY}):
            declared = resource(token, replaced(props, path, secret))
            template = [resource(GROUP, group(types=(), **BY_ID), "nodes")] if token == TEMPLATE else []
            for bill in (billed(declared, *template), billed(declared, *template, usage=None)):
                kept = path[0] == "values" and isinstance(secret, dict)
                quoted = [gap.reason for gap in bill.unpriced] + [f"{line.item} {line.source}" for line in bill.lines]
                assert kept or not [text for text in quoted if "TOPSECRET" in text], (path, secret)
            found = no_hidden_bills(declared, Context(settings=None, today=TODAY))
            assert not [finding.message for finding in found if "TOPSECRET" in finding.message], (path, secret)


@pytest.mark.parametrize(
    ("key", "quoted"),
    [
        ("ec2/m9g.2xlarge", True),
        ("docdb/db.r8g.large", True),
        ("elasticache/cache.r9g.large:Valkey", True),
        ("opensearch/m9g.large.search", True),
        ("rds/postgres-single-az-db.m9g.large", True),
        ("ec2/ebs-io2-iops", True),
        ("ec2/u-6tb1.112xlarge", True),
        ("mwaa/environment-mw1.small", True),
        (f"ec2/{CANARY}", False),
        (f"ec2/m9g.large{CANARY}", False),
        (f"ec2/{CANARY}.large", False),
        (f"opensearch/ebs-{CANARY}", False),
        ("ec2/m9g.large\n", False),
        ("ec2/", False),
    ],
)
def test_a_price_key_is_quoted_when_a_class_is_all_it_names(key, quoted):
    assert (redact(key, BOOK) == key) is quoted
    assert "TOPSECRET" not in redact(key, BOOK)


def test_a_class_is_known_by_its_shape_or_by_seoul_s_list():
    assert is_class("m9gd.8xlarge")
    assert not is_class("password")

"""No false alarm on the thousands of resources that Pulumi's AWS SDK shows in its docstrings."""

from functools import cache

from model.resource import UNKNOWN, Resource
from tests.policy.guardrails.aws_api.examples import examples
from tests.policy.guardrails.aws_api.plainly import violations

#: Examples that AWS would refuse as they stand: the type, what the finding names, and why.
REFUSED = {
    ("aws:amp/scraper:Scraper", "roleConfiguration.targetRoleArn"): "ACCOUNT-ID stands for twelve digits",
    ("aws:lambda/eventSourceMapping:EventSourceMapping", "topics"): "two topics; Lambda's API takes exactly one",
    (
        "aws:sesv2/emailIdentity:EmailIdentity",
        "dkimSigningAttributes.domainSigningPrivateKey",
    ): "three dots end the key",
    ("aws:synthetics/canary:Canary", "executionRoleArn"): "some-role is no ARN",
}


@cache
def shown() -> tuple[Resource, ...]:
    return tuple(examples())


def test_the_examples_are_read_whole():
    plan = next(made for made in shown() if made.type == "aws:backup/plan:Plan")

    assert len(shown()) > 3_500
    assert len({made.type for made in shown()}) > 1_600
    assert plan.props["advancedBackupSettings"] == [{"backupOptions": {"WindowsVSS": "enabled"}, "resourceType": "EC2"}]
    assert plan.props["rules"][0]["targetVaultName"] is UNKNOWN
    assert plan.props["rules"][0]["lifecycle"] == {"deleteAfter": 14}


def test_no_example_is_refused_but_those_that_aws_would_refuse():
    found = {(made.type, finding.message.split()[0]): made.name for made in shown() for finding in violations(made)}

    assert found.keys() == REFUSED.keys()

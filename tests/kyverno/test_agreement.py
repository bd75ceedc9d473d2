"""Kyverno's own engine says of every object what our evaluator of its policies says: which look, who refuses, and why."""

import copy

import pytest

from tests.kyverno.asked import GROUPS, ledger
from tests.kyverno.cli import Batch
from tests.policy.admission.admitting import Kyverno
from tests.policy.admission.cases import Asked, pod_maker


def differences(cli, batches, policies=None):
    """Each object of which the two judges think otherwise, with what each says; ``policies`` are ours, if others."""
    found = []
    for batch, verdicts in zip(batches, cli.all_verdicts(batches), strict=True):
        ours = Kyverno(policies or batch.policies, batch.exceptions)
        for asked, theirs in zip(batch.asked, verdicts, strict=True):
            expected = ours.verdicts(asked.manifest, asked.operation, asked.subresource, asked.user, asked.old)
            if theirs != expected:
                wrong = {key: (theirs.get(key), expected.get(key)) for key in theirs.keys() | expected.keys()}
                found.append((asked, {key: both for key, both in wrong.items() if both[0] != both[1]}))
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_the_cli_says_what_the_evaluator_says(cli, group):
    make, number = GROUPS[group]
    batches = list(make())

    assert differences(cli, batches) == []
    asked = sum(len(batch.asked) for batch in batches)
    assert asked > 0
    assert number in (asked, None)


def without(policy, change):
    """The policy with something changed in it."""
    broken = copy.deepcopy(policy)
    change(broken["spec"])
    return broken


def admits_tags(spec):
    for rule in spec["validations"]:
        rule["expression"] = rule["expression"].replace("(:[^/@]*)?", "")


def another_word(spec):
    spec["validations"][0]["message"] += "."


def no_updates(spec):
    spec["matchConstraints"]["resourceRules"][0]["operations"] = ["CREATE"]


def not_in_the_shop(spec):
    spec["matchConstraints"]["namespaceSelector"]["matchExpressions"][0]["values"].append("shop")


def no_cronjobs(spec):
    spec["autogen"]["podControllers"]["controllers"].remove("cronjobs")


def lets_everything_go(spec):
    spec["variables"][0]["expression"] = "true"


@pytest.mark.parametrize(
    ("change", "operation", "kind"),
    [
        (admits_tags, "CREATE", "Pod"),
        (another_word, "CREATE", "Pod"),
        (no_updates, "UPDATE", "Pod"),
        (not_in_the_shop, "CREATE", "Pod"),
        (no_cronjobs, "CREATE", "CronJob"),
        (lets_everything_go, "CREATE", "Deployment"),
    ],
)
def test_a_policy_that_is_broken_in_one_place_is_noticed(cli, change, operation, kind):
    (policy,) = (each for each in ledger() if each["metadata"]["name"] == "cache-redis-image")
    asked = [Asked(pod_maker(kind, {"containers": [{"name": "x", "image": "redis:7"}]}, "x"), operation)]

    assert differences(cli, [Batch([policy], asked)]) == []
    ((_, wrong),) = differences(cli, [Batch([without(policy, change)], asked)], [policy])
    assert wrong.keys() == {"cache-redis-image"}

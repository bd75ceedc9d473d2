"""What the CLI does otherwise than a cluster, shown: on the day it no longer does, its entry here must go."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from policy.admission.kyverno import Document, inside
from tests.kyverno.asked import ledger
from tests.kyverno.cli import Run
from tests.policy.admission.admitting import ADMITTED, EXCEPTED, Kyverno
from tests.policy.admission.cases import OURS, Asked, pod_maker
from tests.policy.admission.excepted import UPDATED, redis, waived


@dataclass(frozen=True)
class Limit:
    """One difference, with where it comes from in Kyverno v1.19.0, and what is done about it here."""

    reason: str
    asked: Asked
    policies: list[Document]
    #: What each policy says in the CLI, and what it says in a cluster; a word for whatever a refusal says.
    cli: dict[str, str]
    cluster: dict[str, str]
    exceptions: tuple[Document, ...] = ()
    today: str = "2026-11-23"


def named(*names: str) -> list[Document]:
    """Policies of the ledger."""
    return [policy for policy in ledger() if policy["metadata"]["name"] in names]


def subresource(_) -> Limit:
    spec = {"containers": [{"name": "app", "image": OURS}], "ephemeralContainers": [{"name": "x", "image": "redis:7"}]}
    return Limit(
        "cmd/cli/kubectl-kyverno/processor/policy_processor.go hands every ValidatingPolicy an empty subresource (`TODO: "
        "how to manage subresource ?`), whatever a values file says. Policies on pods/ephemeralcontainers are shown to it "
        "as policies on pods (of_subresource in tests/kyverno/cli.py).",
        Asked(pod_maker("Pod", spec, "app"), "UPDATE", "ephemeralcontainers"),
        named("cache-redis-image", "cache-redis-image-elsewhere"),
        cli={"cache-redis-image": "refused"},
        cluster={"cache-redis-image-elsewhere": "refused"},
    )


def expiry(settings) -> Limit:
    found = waived(settings)
    return Limit(
        "cmd/cli/kubectl-kyverno/exception/load.go takes every exception; only pkg/cel/engine/exception.go, which the "
        "controller uses, asks IsExpired. That an exception ends is held by tests/policy/admission/test_exceptions.py alone.",
        Asked(redis()),
        named("cache-redis-image"),
        cli={"cache-redis-image": EXCEPTED},
        cluster={"cache-redis-image": "refused"},
        exceptions=tuple(found.exceptions),
        today="2027-01-01",
    )


def cluster_wide(_) -> Limit:
    (policy,) = named("volumes-longhorn-snapshot-class")
    constraints = {**policy["spec"]["matchConstraints"], "namespaceSelector": inside(["shop"])}
    kind = {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": {"name": "x"}}
    return Limit(
        "cmd/cli/kubectl-kyverno/resource/resource.go puts an object without a namespace, of a kind it does not know, "
        "into default, and a selector then judges by that. No policy of ours that looks at such kinds leaves default out.",
        Asked({**kind, "driver": "driver.longhorn.io", "deletionPolicy": "Delete"}),
        [{**policy, "spec": {**policy["spec"], "matchConstraints": constraints}}],
        cli={},
        cluster={"volumes-longhorn-snapshot-class": "refused"},
    )


def update(settings) -> Limit:
    """A pod of a waived set, which was clean and is not any more."""
    changes, asked, admitted = next(each for each in UPDATED if each[1].old and clean(each[1].old) and not each[2])
    assert not admitted
    found = waived(settings, **changes)
    return Limit(
        "cmd/cli/kubectl-kyverno/processor/operation.go takes the new object for the old one as well, so nothing ever "
        "changes. What an exception says of a change is held by tests/policy/admission/test_exceptions.py alone.",
        asked,
        named("cache-redis-image"),
        cli={"cache-redis-image": EXCEPTED},
        cluster={"cache-redis-image": "refused"},
        exceptions=tuple(found.exceptions),
    )


def clean(manifest: Document) -> bool:
    """Whether it is a pod without the image that is kept out."""
    return manifest["kind"] == "Pod" and "redis:" not in str(manifest["spec"])


LIMITS = [subresource, expiry, cluster_wide, update]


@pytest.mark.parametrize("limit", LIMITS)
def test_the_cli_differs_from_a_cluster_where_it_is_said_to_and_in_nothing_else(cli, settings, limit):
    shown = limit(settings)
    run = Run(shown.asked.operation, shown.policies, {0: shown.asked.manifest}, shown.asked.user)
    theirs = cli.apply(run, shown.exceptions)[0]
    judge = Kyverno(shown.policies, list(shown.exceptions), shown.today)
    asked = shown.asked
    ours = judge.verdicts(asked.manifest, asked.operation, asked.subresource, asked.user, asked.old)

    assert (said(theirs), said(ours)) == (shown.cli, shown.cluster), shown.reason
    assert shown.cli != shown.cluster


def said(verdicts):
    """The verdicts without the words of a refusal."""
    return {name: verdict if verdict in (ADMITTED, EXCEPTED) else "refused" for name, verdict in verdicts.items()}

"""What is asked of both judges: every line of the tables, in batches of objects that the same policies concern.

The CLI compiles every policy it is given for every object it is shown, some 9 ms each. So every object meets the policies
that its line is about, and one of each line those of every other system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any, Final

from policy.admission.kyverno import SYSTEM_NAMESPACES, Document
from policy.admission.node_agents import NODE_AGENTS
from policy.admission.policies import BASELINE_POLICY, general_policies, ledger_policies, platform_exceptions
from policy.engine.rule import Context
from stacks.load import from_mapping
from stacks.settings import Settings
from tests.conftest import TODAY
from tests.conftest import changed as with_changes
from tests.golden.target import landing, settings
from tests.kyverno.cli import Batch
from tests.policy.admission import excepted
from tests.policy.admission.admitting import PERSON, SCAN
from tests.policy.admission.cases import DIGEST, PLACES, Asked, Case, lookalikes, pod_maker, table
from tests.policy.admission.general_cases import BAD, CHANGES, GOOD, REGISTRY, changed
from tests.policy.admission.own import DOCUMENTED, WORKLOADS, created, declared, documents, workload

#: Objects times policies of one run of the CLI, so that it takes some seconds and the processors share the work.
SHARE: Final = 600
#: Ends of the names of policies that a form of the table concerns; the others' are all about volumes.
OF_FORM: Final = {"image": ("image", "image-elsewhere"), "kind": ("kind",)}
EVERY_TARGET: Final = "prod/all"


@cache
def ledger() -> list[Document]:
    """The policies of a cluster in which every target holds."""
    return ledger_policies(Context(settings=settings(EVERY_TARGET), today=TODAY).decisions, "Deny")


def general() -> list[Document]:
    """The platform's own rules, with applications in ``shop``."""
    return general_policies(REGISTRY, ["shop"], "Deny")


def own(case: Case) -> list[Document]:
    """The policies that a line of the table is about."""
    named = {policy["metadata"]["name"]: policy for policy in ledger()}
    start = f"{case.row}-{case.system}-"
    of_forms = [f"{start}{end}" for ends in OF_FORM.values() for end in ends]
    of_this = [f"{start}{end}" for end in OF_FORM.get(case.form, ())] or [
        name for name in named if name.startswith(start) and name not in of_forms
    ]
    return [named[name] for name in of_this]


def batches(policies: list[Document], asked: Iterable[Asked]) -> Iterator[Batch]:
    """The objects in batches, each with a name of its own: labels still say what a case says."""
    named = [
        replace(each, manifest={**each.manifest, "metadata": {**metadata, "name": f"{metadata['name'][:40]}-{place}"}})
        for place, each in enumerate(asked)
        for metadata in [each.manifest["metadata"]]
    ]
    some = max(SHARE // len(policies), 20)
    for start in range(0, len(named), some):
        yield Batch(policies, named[start : start + some])


def of_form(form: str) -> Iterator[Batch]:
    """Every object of every line of a form, by the policies that the line is about."""
    return by_subject((case, asked) for case in table() if case.form == form for asked in case.asked())


def by_subject(asked: Iterable[tuple[Case, Asked]]) -> Iterator[Batch]:
    """Objects, each by the policies that its line is about."""
    subjects: dict[tuple[str, str, str], tuple[list[Document], list[Asked]]] = {}
    for case, each in asked:
        subjects.setdefault((case.row, case.system, case.form), (own(case), []))[1].append(each)
    for policies, objects in subjects.values():
        yield from batches(policies, objects)


def of_every_line() -> Iterator[Batch]:
    """Every line before the policies of every other system: images of a system in one pod, kinds by those on kinds."""
    crowds: dict[str, list[Document]] = {}
    for case in (each for each in table() if each.form == "image"):
        image = case.text.replace("@digest", DIGEST)
        crowd = crowds.setdefault(case.system, [])
        crowd.append({"name": f"app-{len(crowd)}", "image": image})
    pods = [Asked(pod_maker("Pod", {"containers": crowd}, system)) for system, crowd in crowds.items()]
    others = {
        form: [next(case.asked()) for case in table() if case.form == form] for form in ("kind", "provisioner", "class")
    }
    yield from batches(
        [policy for policy in ledger() if policy["metadata"]["name"].endswith("-kind")], others.pop("kind")
    )
    yield from batches(ledger(), [*pods, *chain(*others.values())])


def of_lookalikes() -> Iterator[Batch]:
    """What only carries a system's name, by that system's policies."""
    by_name: dict[str, list[Asked]] = {}
    for asked in lookalikes():
        name = asked.manifest["metadata"]["name"].removesuffix("-io").removesuffix(".io")
        by_name.setdefault(name, []).append(asked)
    for name, found in by_name.items():
        yield from batches([policy for policy in ledger() if f"-{name}" in policy["metadata"]["name"]], found)


def of_the_leaving() -> Iterator[Batch]:
    """The first object of every refused line, on its way out, by the policies that the line is about."""
    return by_subject((case, leaving(next(case.asked()))) for case in table() if case.refused)


def leaving(asked: Asked) -> Asked:
    """The object as it is while something still holds it back."""
    metadata = {**asked.manifest["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
    return Asked({**asked.manifest, "metadata": metadata}, "UPDATE", asked.subresource)


def of_exceptions() -> Iterator[Batch]:
    """Every case of an exception, by the policies that its waiver is about. Names mean something here, and stay."""
    by_waiver: dict[str, list[tuple[dict[str, Any], Asked]]] = {}
    for changes, asked, _ in excepted.EXCEPTED:
        by_waiver.setdefault(str(changes), []).append((changes, asked))
    for cases in by_waiver.values():
        waived = excepted.waived(settings_of, **cases[0][0])
        named = {each["name"] for exception in waived.exceptions for each in exception["spec"]["policyRefs"]}
        # One more, which the exception says nothing of.
        named |= {"agent-alloy-image", "cache-redis-image"}
        policies = [policy for policy in waived.policies if policy["metadata"]["name"] in named]
        yield Batch(policies, [asked for _, asked in cases], waived.exceptions)


def of_node_agents() -> Iterator[Batch]:
    """Every agent of a node and its pod, as its controller sends it, a person and a scan, and a workload beside it."""
    policies = [policy for policy in general() if policy["metadata"]["name"] == BASELINE_POLICY]
    asked = []
    for (namespace, kind), names in NODE_AGENTS.items():
        for name in names:
            owner = excepted.made_by(kind, name)
            pod = pod_maker("Pod", BAD, f"{name}-x2x4z", namespace)
            owned = {**pod, "metadata": {**pod["metadata"], "ownerReferences": owner}}
            asked += [Asked(owned, user=user) for user in (excepted.by("daemon-set"), PERSON, SCAN)]
            asked += [Asked(pod_maker(kind, BAD, each, namespace)) for each in (name, f"{name}-2")]
    yield Batch(policies, asked, platform_exceptions())


def settings_of(stack: str, changes: dict[str, Any]) -> Settings:
    """The settings of a stack with some values replaced."""
    return from_mapping(with_changes(landing(f"{stack}/all"), changes))


def of_general_rules() -> Iterator[Batch]:
    """Every change of the good pod in every kind that makes pods, and in a container that comes later."""
    asked = [
        Asked(pod_maker(kind, changed(path, value), "app"))
        for path, value, _ in CHANGES
        for kind in sorted({kind for kind, _ in PLACES})
    ]
    for path, value, _ in (each for each in CHANGES if each[0].startswith("c.")):
        pod = {**GOOD, "ephemeralContainers": changed(path, value)["containers"]}
        asked.append(Asked(pod_maker("Pod", pod, "app"), "UPDATE", "ephemeralcontainers"))
    for elsewhere in (False, True):
        policies = [policy for policy in general() if policy["metadata"]["name"].endswith("-elsewhere") is elsewhere]
        yield from batches(policies, [each for each in asked if (is_elsewhere(each)) is elsewhere])


def is_elsewhere(asked: Asked) -> bool:
    """Whether Kyverno would not look at the object with pods and their controllers."""
    return bool(asked.subresource) or asked.manifest["kind"] in ("PodTemplate", "ReplicationController", "Rollout")


def of_namespaces() -> Iterator[Batch]:
    """A bad pod in every sort of namespace, by every policy there is."""
    namespaces = ("shop", "airflow", "default", *sorted({home for home, _ in NODE_AGENTS}), *SYSTEM_NAMESPACES)
    containers = [*BAD["containers"], {"name": "y", "image": "redis"}]
    kinds = ("Pod", "DaemonSet", "ReplicationController")
    pods = [pod_maker(kind, {**BAD, "containers": containers}, "x", name) for name in namespaces for kind in kinds]
    return batches([*ledger(), *general()], map(Asked, pods))


def of_workloads() -> Iterator[Batch]:
    """Every workload of our charts, by the policies of the first stack that has it."""
    by_variation: dict[str, list[Asked]] = {}
    for each in WORKLOADS:
        by_variation.setdefault(each["variations"][0], []).append(Asked(workload(each)))
    for variation, asked in by_variation.items():
        yield from batches(documents(variation, "ValidatingPolicy"), asked)


def of_our_own() -> Iterator[Batch]:
    """What pages describe, and one object of each kind that the program declares, by the policies of production."""
    kinds = {manifest["kind"]: manifest for manifest in declared(EVERY_TARGET)}
    described = [manifest for each in DOCUMENTED for manifest in created(EVERY_TARGET, each)]
    return batches(documents(EVERY_TARGET, "ValidatingPolicy"), map(Asked, [*kinds.values(), *described]))


#: What is asked, and how many objects of our tables that is; what the program and its charts have, changes with them.
GROUPS: Final[dict[str, tuple[Callable[[], Iterator[Batch]], int | None]]] = {
    "every image in every place": (lambda: of_form("image"), 3872),
    "every kind": (lambda: of_form("kind"), 420),
    "every provisioner": (lambda: of_form("provisioner"), 117),
    "every class": (lambda: of_form("class"), 68),
    "every line, by the other systems' policies": (of_every_line, 185),
    "lookalikes": (of_lookalikes, 270),
    "what is leaving": (of_the_leaving, 173),
    "every exception": (of_exceptions, 58),
    "every agent of a node": (of_node_agents, 75),
    "the general rules": (of_general_rules, 643),
    "every sort of namespace": (of_namespaces, 45),
    "the charts' workloads": (of_workloads, None),
    "the pages' and the program's own objects": (of_our_own, None),
}

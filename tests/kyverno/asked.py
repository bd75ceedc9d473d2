"""What is asked of both judges: every line of the tables, in batches of objects that the same policies concern.

The CLI compiles every policy it is given for every object it is shown, some 9 ms each. So the objects of a system meet
that system's own policies, and one object of each line meets all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from policy.admission import PRIVILEGED_NAMESPACES, general_policies, ledger_policies
from policy.rule import Context
from policy.validating import SYSTEM_NAMESPACES, Document
from tests.conftest import TODAY
from tests.golden.target import settings
from tests.kyverno.cli import Batch
from tests.policy import excepted
from tests.policy.admission_general import CHANGES, GOOD, REGISTRY, changed
from tests.policy.cases import PLACES, Asked, Case, lookalikes, pod_maker, table
from tests.policy.own import DOCUMENTED, WORKLOADS, cluster, created, declared, workload

#: Objects that one run of the CLI is shown at most, so that the processors share the work.
SOME: Final = 60
#: Ends of the names of policies that a form of the table concerns; the others' are all about volumes.
OF_FORM: Final = {"image": ("image", "image-elsewhere"), "kind": ("kind",)}
KINDS: Final = sorted({kind for kind, _ in PLACES})
EVERY_TARGET: Final = "prod/all"


def ledger() -> list[Document]:
    """The policies of a cluster in which every target holds."""
    return ledger_policies(Context(settings=settings(EVERY_TARGET), today=TODAY).decisions, "Deny")


def general() -> list[Document]:
    """The platform's own rules, with applications in ``shop``."""
    return general_policies(REGISTRY, ["shop"], "Deny")


def own(case: Case) -> list[Document]:
    """The policies that a line of the table is about."""
    start, rest = f"{case.row}-{case.system}-", {end for ends in OF_FORM.values() for end in ends}
    return [
        policy
        for policy in ledger()
        if (name := policy["metadata"]["name"]).startswith(start)
        and ((end := name.removeprefix(start)) in OF_FORM[case.form] if case.form in OF_FORM else end not in rest)
    ]


def batches(policies: list[Document], asked: Iterable[Asked]) -> Iterator[Batch]:
    """The objects in batches, each with a name of its own: labels still say what a case says."""
    named = [
        Asked({**each.manifest, "metadata": {**each.manifest["metadata"], "name": f"{name[:40]}-{place}"}}, *how)
        for place, each in enumerate(asked)
        for name, how in [(each.manifest["metadata"]["name"], (each.operation, each.subresource))]
    ]
    for start in range(0, len(named), SOME):
        yield Batch(policies, named[start : start + SOME])


def of_form(form: str) -> Iterator[Batch]:
    """Every object of every line of a form, by the policies that the line is about."""
    systems: dict[tuple[str, str], list[Case]] = {}
    for case in table():
        if case.form == form:
            systems.setdefault((case.row, case.system), []).append(case)
    for cases in systems.values():
        yield from batches(own(cases[0]), [asked for case in cases for asked in case.asked()])


def of_every_line() -> Iterator[Batch]:
    """The first object of every line, by every policy of the ledger."""
    return batches(ledger(), [next(case.asked()) for case in table()])


def of_lookalikes() -> Iterator[Batch]:
    """What only carries a system's name, by every policy of the ledger."""
    return batches(ledger(), lookalikes())


def of_the_leaving() -> Iterator[Batch]:
    """An object of every refused line, on its way out."""
    for case in table():
        if case.refused:
            asked = next(case.asked())
            leaving = {**asked.manifest["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
            yield Batch(own(case), [Asked({**asked.manifest, "metadata": leaving}, "UPDATE", asked.subresource)])


def of_exceptions() -> Iterator[Batch]:
    """Every case of an exception, by the policies of its row; names mean something here."""
    by_waiver: dict[str, list[tuple[dict, Document]]] = {}
    for changes, manifest, _ in excepted.EXCEPTED:
        by_waiver.setdefault(str(changes), []).append((changes, manifest))
    for cases in by_waiver.values():
        waived = excepted.waived(lambda _, below: settings_with(below), **cases[0][0])
        named = {each["name"] for exception in waived.exceptions for each in exception["spec"]["policyRefs"]}
        policies = [policy for policy in waived.policies if policy["metadata"]["name"] in named]
        yield Batch(policies, [Asked(manifest) for _, manifest in cases], waived.exceptions)

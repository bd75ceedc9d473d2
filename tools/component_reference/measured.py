"""What a component's example makes, costs and is held to: recorded offline, priced and judged like any program."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import components
from model.resource import Resource
from policy.engine.rule import Context, judge
from policy.packs import GUARDRAILS, PACKS
from preview.simulate.recorder import record
from preview.simulate.registration import Registration
from pricing import meter
from pricing.book import Book
from stacks.environments import PRODUCTION
from stacks.offered import REGION

EXAMPLES: Final = Path(__file__).with_name("examples")
#: What every example finds.
GIVEN: Final = Path(__file__).with_name("given.py")
#: What the folder of the components is called once it is installed.
PACKAGE: Final = "alphacar_components"
TAGS: Final = "resources-are-tagged"
#: What an example may use besides, and how it is imported.
LIBRARIES: Final = {"Decimal": "from decimal import Decimal", "pulumi": "import pulumi"}


@dataclass(frozen=True)
class Measured:
    """What one component makes at its defaults.

    ``counts`` are by type. ``usd_per_month`` is what is billed whether it is used or not, before VAT; ``gaps`` say what
    else is billed, by use or not known before the deployment. ``policies`` are names by type, ``findings`` what they
    have to say against the example.
    """

    counts: Mapping[str, int]
    usd_per_month: Decimal
    gaps: tuple[str, ...]
    policies: Mapping[str, tuple[str, ...]]
    findings: tuple[str, ...]


def example(name: str) -> str:
    """The example of a component, with the imports that it needs. Raises :class:`OSError` where there is none."""
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    ours = sorted(used & set(components.__all__))
    libraries = [LIBRARIES[known] for known in sorted(LIBRARIES) if known in used]
    return "\n".join([*libraries, f"from {PACKAGE} import {', '.join(ours)}", "", source])


def run(source: str) -> None:
    """Run an example after what it finds, with the components under the name that they are installed by."""
    sys.modules[PACKAGE] = components
    found: dict[str, Any] = {"__name__": "example"}
    for text in (GIVEN.read_text(encoding="utf-8"), source):
        exec(compile(text, "example", "exec"), found)  # noqa: S102 - a file of this folder


def measure(name: str, token: str, book: Book, today: date) -> Measured:
    """Run the example of a component, and look at what the one of type ``token`` makes."""
    source = example(name)
    recording = record(lambda: run(source), project="example", stack=PRODUCTION, config={"aws:region": REGION})
    made = [one.resource() for one in below(recording.registrations, token)]
    # Beside what it stands with, such as the storage class of its disks: only its own lines are its own.
    bill = meter.compute_bill([one.resource() for one in recording.registrations], None, book, today=today)
    own = {resource.urn for resource in made}
    held = {kind: tuple(_policies(kind)) for kind in sorted({resource.type for resource in made})}
    return Measured(
        counts=Counter(resource.type for resource in made),
        usd_per_month=sum((line.usd_per_month for line in bill.lines if line.urn in own), Decimal(0)),
        gaps=tuple(sorted({gap.reason for gap in bill.unpriced if gap.urn in own})),
        policies={kind: names for kind, names in held.items() if names},
        findings=tuple(_findings(made, today)),
    )


def below(registrations: Sequence[Registration], token: str) -> list[Registration]:
    """Everything that the first component of type ``token`` declares, itself left out."""
    top = next(one.urn for one in registrations if one.type == token)
    known = {top}
    while more := {one.urn for one in registrations if one.parent in known} - known:
        known |= more
    return [one for one in registrations if one.urn in known - {top} and one.custom]


def _policies(kind: str) -> Iterator[str]:
    """Guardrails that name the type: one that is asked about everything says nothing of it."""
    return (rule.name for rule in GUARDRAILS.rules if kind in rule.types)


def _findings(made: Sequence[Resource], today: date) -> Iterator[str]:
    context = Context(settings=None, today=today)
    for pack in PACKS:
        for rule in pack.rules:
            # Which tags a resource carries is its program's to say, and an example is short.
            for resource in made if rule.name != TAGS else ():
                for finding in judge(rule, resource, context):
                    if finding.kind == "violation":
                        yield f"{rule.name}: {finding.message}"

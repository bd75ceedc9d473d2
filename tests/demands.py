"""Takes each demand of the guardrails away in turn, and shows that a case of its own notices: ``python -m tests.demands``.

The cases are those that the tests put through the engine's Analyzer (tests/policy/guardrails, tests/security). Here the same rules judge
them without it, so that some thousand judgements take seconds. Exit code 0 where every demand is noticed, 1 where one is
not, each by its name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, judge, judge_stack
from policy.guardrails.demand import Demand, Guardrail, StackDemand, StackGuardrail
from policy.guardrails.rules import GUARDRAILS, STACK_GUARDRAILS
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.policy.guardrails.analyzer import as_texts
from tests.policy.guardrails.cases import Case, of_programs, of_resources
from tests.security.rows import rows

STACK = "pulumi:pulumi:Stack"


@cache
def context() -> Context:
    """Production's, with no waiver."""
    return Context(settings=stack_file("prod").settings, today=TODAY, honours_exceptions=False)


def resources(case: Case) -> list[Resource]:
    """A case as the engine would hand it to a pack."""
    whole = Resource(urn=f"urn:pulumi:prod::p::{STACK}::p-prod", type=STACK, name="p-prod", props={}, custom=False)
    made = {name: f"urn:pulumi:prod::p::{type_}::{name}" for type_, name, _ in case.given}
    found = [
        Resource(
            urn=made[name],
            type=type_,
            name=name,
            props=_filled(as_texts(type_, props)),
            protect=case.protect,
            references={key: tuple(made[other] for other in _named(value)) for key, value in props.items()},
        )
        for type_, name, props in case.given
    ]
    return [whole, *found]


def _named(value: Any) -> list[str]:
    """The resources that a value refers to."""
    if isinstance(value, str):
        return [value[1:]] if value.startswith("@") else []
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for item in below for name in _named(item)]


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        return UNKNOWN if value.startswith("@") else value
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items()}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def refuses(guardrail: Guardrail, case: Case, without: Demand | None = None) -> bool:
    """Whether a guardrail, less a demand, refuses the one resource of a case."""
    rule, one = guardrail.rule(without=without), resources(case)[-1]
    return any(finding.kind == "violation" for finding in judge(rule, one, context()))


def stops(guardrail: StackGuardrail, case: Case, without: StackDemand | None = None) -> bool:
    """Whether a guardrail of the whole program, less a demand, refuses a case."""
    found = judge_stack(guardrail.rule(without=without), resources(case), context())
    return any(
        finding.kind == "violation"
        and (case.policy == "pods-fit-on-nodes" or (f"::{STACK}::" in (finding.urn or "")) is case.of_the_account)
        for finding in found
    )


def survivors() -> Iterator[tuple[str, str]]:
    """Each demand that can be taken away without any case noticing, as its guardrail's name and its own."""
    for guardrail in GUARDRAILS:
        cases = _refused((*of_resources(), *planted()), guardrail.name)
        for demand in guardrail.demands:
            own = [case for case in cases if case.given[-1][0].startswith(demand.types)]
            if all(refuses(guardrail, case, demand) for case in own):
                yield guardrail.name, demand.name
    for of_all in STACK_GUARDRAILS:
        programs = _refused((*of_programs(), *planted()), of_all.name)
        for each in of_all.demands:
            if all(stops(of_all, case, each) for case in programs):
                yield of_all.name, each.name


@cache
def planted() -> tuple[Case, ...]:
    """Violations planted beside good twins; what each is about comes last."""
    return tuple(
        Case(row.policy, tuple(sorted(row.bad, key=lambda given: given[1] in row.about)), True, row.protect)
        for row in rows()
    )


def _refused(cases: Iterable[Case], policy: str) -> list[Case]:
    return [case for case in cases if case.policy == policy and case.refused]


def count() -> int:
    """How many demands there are."""
    return sum(len(guardrail.demands) for guardrail in (*GUARDRAILS, *STACK_GUARDRAILS))


def main() -> int:
    """Print the figure, and what no case notices."""
    left = list(survivors())
    for guardrail, demand in left:
        sys.stdout.write(f"{guardrail}: {demand}\n")
    sys.stdout.write(f"{count() - len(left)} of {count()} demands have a case that fails without them\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

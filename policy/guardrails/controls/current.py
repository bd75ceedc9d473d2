"""An exception from a control that is past its day is told: the control is neither held nor excepted any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model.resource import Resource
from policy.engine.rule import Context, Finding, StackRule
from policy.guardrails.controls.row import Table, load_table, overdue
from stacks.environments import PRODUCTION


def current_rule(table: Table | None = None) -> StackRule:
    """The rule that judges the exceptions of ``table``, or of ours; a program without settings is no landing zone."""

    def check(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
        if not context.settings:
            return
        for name, exception in overdue(table or load_table(), context.today).items():
            yield Finding(
                f"the exception from {name} ended on {exception.until}: {exception.owner} renews it with a reason in "
                "policy/guardrails/controls, or the control is met",
                kind="violation" if context.environment == PRODUCTION else "advisory",
            )

    return StackRule(
        name="control-exceptions-are-current",
        description="No exception from a control is past its day.",
        check=check,
    )


CURRENT: Final = current_rule()

"""Each recommendation tried: the stack previewed with its settings, so that what is listed has been seen to work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from policy.economics.recommendations import Recommendation
from preview.money import cents
from preview.questions.what_if import apply_changes
from preview.result import Preview
from preview.simulate.registration import RecordingError
from stacks.load import StackFile
from stacks.messages import SettingsError

#: Both sides are exact to far more places than this.
PLACES: Final = 9


#: The policy that holds a stack to its budget.
BUDGET: Final = "stack-within-budget"


@dataclass(frozen=True, slots=True)
class Refused:
    """A recommendation that does not stand, and why."""

    title: str
    why: str


def try_all(
    before: Preview, file: StackFile, today: date, preview: Callable[[StackFile], Preview]
) -> tuple[list[Recommendation], list[Refused]]:
    """The recommendations of ``before`` that stand, and those that do not.

    One stands when the settings take it, the previewed bill falls by what was said, and no mandatory finding appears.
    ``preview`` previews the stack as another file describes it.
    """
    kept: list[Recommendation] = []
    refused: list[Refused] = []
    for each in before.recommendations:
        why = _objection(each, before, file, today, preview) if each.changes else None
        if why is None:
            kept.append(each)
        else:
            refused.append(Refused(each.title, why))
    return kept, refused


def _objection(
    each: Recommendation, before: Preview, file: StackFile, today: date, preview: Callable[[StackFile], Preview]
) -> str | None:
    try:
        after = preview(apply_changes(file, [change.typed for change in each.changes], today))
    except (SettingsError, RecordingError, ValueError) as error:
        return f"it cannot be declared: {error}"
    # A purchase's discount is in no bill, and so the list price alone may pass the budget.
    bought = {found for found in _mandatory(after) if each.discount and found[1] == BUDGET}
    if appeared := sorted(_mandatory(after) - _mandatory(before) - bought):
        return f"a mandatory finding appears: {', '.join(f'{pack}/{policy}' for pack, policy, _ in appeared)}"
    return _difference(each, before.bill.usd_per_month - after.bill.usd_per_month)


def _mandatory(found: Preview) -> set[tuple[str, str, str]]:
    return {
        (finding.pack, finding.policy, finding.urn)
        for finding in found.findings
        if finding.level == "mandatory" and not finding.waived
    }


def _difference(each: Recommendation, fell: Decimal) -> str | None:
    # What a purchase takes off is in no bill.
    said = each.usd - each.discount
    return (
        None if round(fell - said, PLACES) == 0 else f"the previewed bill falls by {cents(fell)}, not by {cents(said)}"
    )

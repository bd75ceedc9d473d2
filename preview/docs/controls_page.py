"""The page of controls: what holds each, what is excepted from it and until when, and what that would cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from policy.guardrails.controls.price import monthly_price
from policy.guardrails.controls.row import WAYS, Control, Framework, Table, load_table
from policy.guardrails.controls.table import Held, held_by
from policy.guardrails.demand import Demand
from pricing.book import Book
from stacks.environments import PRODUCTION
from stacks.section import Waiver
from stacks.settings import Settings

#: The folder of the cases, as seen from the page.
CASES: Final = "tests/policy/guardrails"


def controls_page(settings: Mapping[str, Settings], book: Book, table: Table | None = None) -> dict[str, Any]:
    """What the template shows. Raises :class:`ValueError` for a row that is mapped to nothing."""
    rows = table or load_table()
    frameworks = [_framework(each, settings) for each in rows.frameworks]
    return {
        "ways": WAYS,
        "frameworks": frameworks,
        "exceptions": list(_exceptions(rows, settings[PRODUCTION], book)),
        "waived": [
            {"name": each["name"], **waived} for each in frameworks for one in each["rows"] for waived in one["waived"]
        ],
        "isms_p": _requirements(rows),
        "published": book.published,
    }


def _framework(framework: Framework, settings: Mapping[str, Settings]) -> dict[str, Any]:
    rows = [_row(name, control, settings) for name, control in framework.controls.items()]
    counted = Counter(control.way for control in framework.controls.values())
    return {
        "name": framework.name,
        "source": framework.source,
        "rows": rows,
        "counts": {way: counted[way] for way in WAYS},
        "total": len(rows),
        "unmapped": [row["name"] for row in rows if not row["isms_p"]],
        "has_severity": any(row["severity"] for row in rows),
    }


def _row(name: str, control: Control, settings: Mapping[str, Settings]) -> dict[str, Any]:
    held = held_by(name, control)
    waived = list(_waived(name, held, settings))
    return {
        "name": name,
        "title": control.title,
        "severity": control.severity or "",
        "way": control.way,
        "nodes": control.nodes,
        "by": _by(control, held),
        "waived": waived,
        "isms_p": ", ".join(control.isms_p),
        "demands": [_demand(each) for each in held],
    }


def _by(control: Control, held: Sequence[Held]) -> str:
    """Policies with how many of their demands, or what else becomes of the control."""
    counted = Counter(each.policy for each in held)
    policies = ", ".join(
        f"`{policy}` ({number})" if number > 1 else f"`{policy}`" for policy, number in counted.items()
    )
    if control.exception:
        rest = f"; the rest by {policies}" if policies else ""
        return f"until {control.exception.until} by {control.exception.owner}{rest}"
    if control.satisfied:
        return f"{', '.join(f'`{type_}`' for type_ in control.satisfied.types)}; `{control.satisfied.test}`"
    return control.account or control.runtime or policies


def _demand(held: Held) -> dict[str, str]:
    where = f"[{held.cases}](../{CASES}/{held.cases})" if held.demand else f"`{held.cases}`"
    types = ", ".join(f"`{type_}`" for type_ in held.demand.types[:1]) if isinstance(held.demand, Demand) else ""
    only = ", in production only" if held.in_production_only else ""
    return {"policy": held.policy, "name": held.said, "types": types, "only": only, "where": where}


def _waived(name: str, held: Sequence[Held], settings: Mapping[str, Settings]) -> Iterator[dict[str, Any]]:
    """Waivers of stack files for a policy that holds the control, and a type that it holds it of."""
    for stack, file in settings.items():
        for waiver in file.exceptions:
            if any(_waives(waiver, each) for each in held):
                yield {"control": name, "stack": stack, "waiver": waiver}


def _waives(waiver: Waiver, held: Held) -> bool:
    types = held.demand.types if isinstance(held.demand, Demand) else ()
    return waiver.policy == held.policy and any(type_ in waiver.urn for type_ in types)


def _exceptions(table: Table, production: Settings, book: Book) -> Iterator[dict[str, Any]]:
    for framework in table.frameworks:
        for name, control in framework.controls.items():
            if exception := control.exception:
                amount = monthly_price(exception, production, book)
                yield {
                    "name": name,
                    "title": control.title,
                    "exception": exception,
                    "usd": _usd(amount) if exception.price else "0",
                    "why": _priced(exception.price) if exception.price else exception.free,
                }


def _usd(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount >= Decimal("0.005") else "under 0.01"


def _priced(price: Sequence[Any]) -> str:
    return " + ".join(" x ".join([f"`{each.rate}`", *each.times]) for each in price)


def _requirements(table: Table) -> dict[str, Any]:
    by_number = {
        number: [name for name, control in table.fsbp.controls.items() if number in control.isms_p]
        for number in table.isms_p.requirements
    }
    return {
        "name": table.isms_p.name,
        "source": table.isms_p.source,
        "rows": [
            {"number": number, "name": name, "controls": ", ".join(by_number[number])}
            for number, name in table.isms_p.requirements.items()
        ],
        "unmapped": ", ".join(name for name, control in table.fsbp.controls.items() if not control.isms_p),
    }

"""Promises of recovery as every writer shows them: hours promised, hours reached, and what has no second region."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from policy.recovery.copies import Reached
from policy.recovery.promises import StoreRecovery
from preview.catalogue import t
from preview.money import cents
from preview.result import Result

#: What stands above the table: what the figures are, and what they are not.
NOTE: Final = "hours; reached by declared schedules, restores by recalled rates that no drill has measured here"


def recovery_headings() -> list[str]:
    """Names of the columns."""
    return [t("store"), t("RPO promised"), t("reached"), t("RTO promised"), t("restored in"), t("second region")]


def recovery_cells(row: StoreRecovery) -> list[str]:
    """A row of the table."""
    return [
        row.store,
        str(row.promise.rpo_hours),
        _hours(row.here),
        str(row.promise.rto_hours),
        t("unknown") if row.rto_hours is None else f"{row.rto_hours:.2f}",
        elsewhere(row),
    ]


def elsewhere(row: StoreRecovery) -> str:
    """What a lost region costs, or until when nothing is kept elsewhere, why, and at what price it would be."""
    if row.promise.elsewhere_rpo_hours is not None:
        return t("{reached} of {promised} hours").format(
            reached=_hours(row.elsewhere), promised=row.promise.elsewhere_rpo_hours
        )
    if row.excepted is None:
        return _hours(row.elsewhere)
    price = t("not priced") if row.usd_elsewhere is None else f"{cents(row.usd_elsewhere)} USD"
    price += "" if row.bought_by else f" ({t('no setting buys it')})"
    return f"{t('none until {day}').format(day=row.excepted.until)}, {price}: {row.excepted.reason}"


def recovery_document(preview: Result) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [_document(row) for row in preview.recoveries]


def _document(row: StoreRecovery) -> dict[str, Any]:
    excepted = row.excepted
    return {
        "store": row.store,
        "rpoHours": row.promise.rpo_hours,
        "rpoHoursReached": _number(row.here.hours),
        "rpoWhy": row.here.why,
        "rtoHours": row.promise.rto_hours,
        "rtoHoursReached": _number(row.rto_hours),
        "rtoWhy": row.rto_why,
        "elsewhereRpoHours": row.promise.elsewhere_rpo_hours,
        "elsewhereRpoHoursReached": _number(row.elsewhere.hours),
        "notElsewhere": {
            "reason": excepted.reason,
            "owner": excepted.owner,
            "since": excepted.since.isoformat(),
            "until": excepted.until.isoformat(),
            "usdPerMonth": row.usd_elsewhere,
        }
        if excepted
        else None,
    }


def _hours(found: Reached) -> str:
    if not found.known:
        return t("unknown")
    return t("none") if found.hours is None else f"{found.hours:g}"


def _number(hours: float | None) -> Decimal | None:
    return None if hours is None else Decimal(f"{hours:.2f}")

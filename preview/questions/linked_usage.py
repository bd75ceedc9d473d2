"""Usage that a measured volume is also billed by: another volume moves it along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pydantic.alias_generators import to_camel

from policy.economics.alternatives import RETRIEVED, loki_gb, tempo_gb
from preview.money import trimmed
from pricing.money import number
from stacks.section import Measurement
from stacks.sections.measures import Spread
from stacks.settings import Settings

MOVED: Final = "landing:usage.{figure} moves along from {was} to {now}: {why}"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure below ``landing:usage`` that another volume moved along, and by which rule."""

    figure: str
    was: Spread
    now: Spread
    why: str

    def __str__(self) -> str:
        return MOVED.format(figure=self.figure, was=self.was, now=self.now, why=self.why)

    @property
    def typed(self) -> Any:
        """The figure as it would be written in a stack file."""
        if self.was.low == self.was.high:
            return number(self.now.base)
        return {end: number(getattr(self.now, end)) for end in ("low", "base", "high")}


def move_linked_usage(before: Settings, after: Settings, given: Sequence[str]) -> list[Moved]:
    """Figures that follow from the volumes of ``after``, unless ``given``, the paths that were changed, has them.

    A figure that is not set is unknown at any volume.
    """
    found = []
    for name, base, why in _following(before, after):
        was, figure = getattr(before.usage, name), to_camel(name)
        if was is None or _is_given(f"usage.{figure}", given):
            continue
        now = _stretched(was, base)
        if now != was:
            found.append(Moved(figure=figure, was=was, now=now, why=why))
    return found


def _following(before: Settings, after: Settings) -> Iterator[tuple[str, Decimal, str]]:
    was, now = _newest(before.volumes.log_gb_per_month), _newest(after.volumes.log_gb_per_month)
    if now is not None and now != was:
        yield "application_log_gb", now, f"it is the volume of {now:,} GB"
        if was and (scanned := before.usage.insights_scan_gb) is not None:
            yield "insights_scan_gb", scanned.base * now / was, f"in proportion to {now:,} instead of {was:,} GB"
        kept = loki_gb(after)
        yield (
            "log_archive_gb",
            now * kept,
            f"of {now:,} GB a month Loki keeps {kept:.4f} each, as in docs/break-even.md",
        )
    was, now = _newest(before.volumes.traces_per_month), _newest(after.volumes.traces_per_month)
    if now is None or now == was:
        return
    assumed = {
        "traces_recorded": now,
        "traces_retrieved": now * RETRIEVED,
        "trace_archive_gb": now * tempo_gb(after),
    }
    for name, base in assumed.items():
        figure: Spread | None = getattr(before.usage, name)
        if was and figure is not None:
            yield name, figure.base * now / was, f"in proportion to {now:,} instead of {was:,} traces"
        else:
            yield name, base, f"taken of {now:,} traces as in docs/break-even.md"


def _newest(windows: Sequence[Measurement]) -> Decimal | None:
    return windows[-1].value if windows else None


def _is_given(path: str, given: Sequence[str]) -> bool:
    return any(each in ("usage", path) or each.startswith(f"{path}.") for each in given)


def _stretched(figure: Spread, base: Decimal) -> Spread:
    """``figure`` with another base, and its ends as far from it as before, in proportion."""
    if not figure.base:
        return Spread.of(_short(base))
    low, high = (_short(end * base / figure.base) for end in (figure.low, figure.high))
    return Spread.model_construct(low=low, base=_short(base), high=high)


def _short(value: Decimal) -> Decimal:
    """Four places, as the meter has quantities, and no zeros behind."""
    return trimmed(round(value, 4))

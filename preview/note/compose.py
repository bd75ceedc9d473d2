"""The note's text: every stack's difference, the gravest first, no longer than the forge takes.

What is too long is shortened by whole rows: of the part with the least weight, from its last row on. What is left out
is counted where it stood, and nothing is cut in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from preview.catalogue import say, t
from preview.money import cents
from preview.questions.diff.parts import Part, changes_nothing, cut, dollars, parts, verdict
from pricing.report.escape import prose

#: Where a note is found again: it begins with this, which no reader sees, and goes on with the commit that it is of.
MARKER: Final = "<!-- alphacar-landing-zone: note"
#: What is read of each stack's difference; another document says nothing of a change.
VERSION: Final = "2."


class StrangeError(Exception):
    """A document that is no difference of the stack; the text says what it is."""


@dataclass(frozen=True)
class Stack:
    """One stack of the change: its difference, or why there is none."""

    name: str
    told: Mapping[str, Any] | None
    why: str = ""

    @property
    def weight(self) -> int:
        """2 where nobody knows what the change does, 1 where it is blocked, else 0: the exit code, too."""
        return 2 if self.told is None else int(bool(self.told["blocked"]))

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        return self.told is not None and changes_nothing(self.told)


def read_stack(name: str, document: Any) -> Stack:
    """The stack of a difference as JSON has it. Raises :class:`StrangeError` for what is none of ``name``."""
    file = f"changes-{name}.json"
    if not isinstance(document, Mapping) or "against" not in document:
        raise StrangeError(say("{file} is no difference", file=file))
    version, stack = document.get("schemaVersion"), document.get("stack")
    if not str(version).startswith(VERSION) or stack != name:
        told = say(
            "{file} is one of {stack} with schemaVersion {version}", file=file, stack=repr(stack), version=repr(version)
        )
        raise StrangeError(told)
    found = Stack(name, document)
    try:
        # Whatever a writer needs is asked for here, so that one stack's document cannot keep the others' from the note.
        _sections([found])
        _ = found.quiet, found.weight
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        kind = type(error).__name__
        raise StrangeError(say("{file} lacks what a difference has ({kind})", file=file, kind=kind)) from None
    return found


def compose(stacks: Sequence[Stack], limit: int, commit: str = "") -> str:
    """The whole note of at most ``limit`` characters, of ``commit`` where that is known; marker included."""
    ordered = sorted(stacks, key=lambda stack: -stack.weight)
    sections = _sections(ordered)
    parts_by_place = {(place, number): part for place, (_, found) in enumerate(sections) for number, part in found}
    marker = f"{MARKER}; commit {commit} -->" if commit else f"{MARKER} -->"
    return fit(parts_by_place, limit, lambda kept: _text(marker, ordered, sections, kept))


#: A stack's place in the note, and its part's.
_Place = tuple[int, int]


def fit(parts_by_place: Mapping[_Place, Part], limit: int, text: Callable[[Mapping[_Place, int]], str]) -> str:
    """What ``text`` makes of the rows that are kept of each part: all that ``limit`` characters have room for."""
    kept = {place: len(part.rows) for place, part in parts_by_place.items()}
    while (over := length(made := text(kept)) - limit) > 0:
        left = [(part.rank, kept[place], place) for place, part in parts_by_place.items() if part.rank and kept[place]]
        if not left:
            break
        _, count, place = max(left)
        while count and over > 0:
            count -= 1
            over -= length(parts_by_place[place].rows[count]) + 1
        kept[place] = count
    return made


def length(text: str) -> int:
    """Characters as a forge counts them that counts the most: halves of a pair singly."""
    return len(text.encode("utf-16-le")) // 2


_Sections = list[tuple[str, list[tuple[int, Part]]]]


def _sections(stacks: Sequence[Stack]) -> _Sections:
    return [(stack.name, list(enumerate(_parts(stack)))) for stack in stacks]


def _parts(stack: Stack) -> list[Part]:
    if stack.told is None:
        return [Part(0, "", (f"{prose(cut(stack.why))}.",))]
    if stack.quiet:
        return [Part(0, "", (_nothing(stack.told),))]
    return parts(stack.told)


def _nothing(told: Mapping[str, Any]) -> str:
    said = prose(cut(verdict(told)))
    return say("{verdict}. Nothing changes: {dollars}", verdict=said, dollars=dollars(told))


def _text(marker: str, stacks: Sequence[Stack], sections: _Sections, kept: Mapping[tuple[int, int], int]) -> str:
    lines = [marker, f"## {say('Landing zone: {verdict}', verdict=prose(cut(_title(stacks))))}", _table(stacks)]
    for place, (name, found) in enumerate(sections):
        lines.append(f"### {prose(name)}")
        lines += [part.text(kept[place, number], f"`changes-{name}.md`") for number, part in found]
    return "\n\n".join(lines) + "\n"


def _title(stacks: Sequence[Stack]) -> str:
    """The verdict on the change: the gravest of its stacks'."""
    named = {weight: [stack.name for stack in stacks if stack.weight == weight] for weight in (2, 1)}
    blocked = [say("BLOCKED in {stacks}", stacks=", ".join(named[1]))] if named[1] else []
    unknown = [say("NOT KNOWN for {stacks}", stacks=", ".join(named[2]))] if named[2] else []
    return "; ".join([*unknown, *blocked]) or t("ALLOWED")


def _table(stacks: Sequence[Stack]) -> str:
    rows = (f"| {prose(stack.name)} | {' | '.join(_sums(stack))} |" for stack in stacks)
    head = " | ".join(map(t, ("USD a month", "before", "after", "change", "high bound")))
    return "\n".join([f"| {head} |", "|---|---:|---:|---:|---:|", *rows])


def _sums(stack: Stack) -> list[str]:
    if stack.told is None:
        return [t("not known")] * 4
    total, high = stack.told["cost"]["total"], stack.told["cost"]["totalHigh"]
    before, after, delta = (f"{cents(total[key]):,}" for key in ("before", "after", "delta"))
    return [before, after, f"+{delta}" if total["delta"] > 0 else delta, f"{cents(high['after']):,}"]

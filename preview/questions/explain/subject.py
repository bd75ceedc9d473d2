"""What a person means by a name: a capability, or one resource by its URN or by the last part of it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from model.urn import Urn, typed_name
from policy.ledger.row import Row
from policy.ledger.rows import BY_CAPABILITY
from preview.result import Preview
from preview.simulate.registration import Registration
from preview.tree import short_type

SHOWN: Final = 6


class UnknownSubjectError(ValueError):
    """A name that means nothing, or several things; its text names the nearest, or all of them."""


def find_subject(preview: Preview, what: str) -> Row | Registration:
    """The row or the resource called ``what``; a capability before a resource of the same name.

    A resource is called by its URN, by ``type::name`` (the type whole, short, or with its parents' types) or by its
    name, when that is unique. Raises :class:`UnknownSubjectError`.
    """
    for capability, row in BY_CAPABILITY.items():
        if capability == what:
            return row
    made = preview.recording.registrations
    found = [item for item in made if what == item.urn] or [item for item in made if what in _names(item)]
    if len(found) == 1:
        return found[0]
    stack = preview.recording.stack
    if found:
        longer = _distinct(found)
        raise UnknownSubjectError(
            f"--explain: {what!r} means {len(found)} resources of {stack}; allowed is one of {_some(longer)}"
        )
    known = [*BY_CAPABILITY, *(name for item in made for name in _names(item))]
    near = list(dict.fromkeys(get_close_matches(what, known, n=SHOWN, cutoff=0.4))) or list(BY_CAPABILITY)
    raise UnknownSubjectError(
        f"--explain: {what!r} is neither a capability nor a resource of {stack}; nearest are {', '.join(near)}"
    )


def _names(item: Registration) -> Iterator[str]:
    yield item.name
    yield typed_name(item.type, item.name)
    yield typed_name(short_type(item.type), item.name)
    yield typed_name(Urn.parse(item.urn).qualified_type, item.name)


def _distinct(found: list[Registration]) -> list[str]:
    """The shortest kind of name that tells the resources apart."""
    short = [typed_name(short_type(item.type), item.name) for item in found]
    return short if len(set(short)) == len(short) else [item.urn for item in found]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

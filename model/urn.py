"""A URN and its parts, and the patterns of URNs that exceptions are written with.

``urn:pulumi:STACK::PROJECT::TYPES::NAME``, where TYPES are the type and, before it, its parents', joined by ``$``. The
name is everything behind the third ``::``, whatever is in it. Source: pulumi, sdk/go/common/resource/urn.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from model import type_tokens

_PREFIX: Final = "urn:pulumi:"
_PARTS: Final = "::"
_TYPES: Final = "$"


class Urn(NamedTuple):
    """The parts of a URN; ``str`` of it is the URN."""

    stack: str
    project: str
    qualified_type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Urn:
        """The parts of ``text``, or empty ones where it is no URN. Never raises."""
        if not text.startswith(_PREFIX):
            return NO_URN
        parts = text[len(_PREFIX) :].split(_PARTS, 3)
        return cls(*parts) if len(parts) == 4 else NO_URN

    @classmethod
    def of(cls, stack: str, project: str, type_: str, name: str, parent: str | None = None) -> Urn:
        """The URN that the engine gives a resource below ``parent``, a URN: the root stack is nobody's parent type."""
        above = cls.parse(parent or "").qualified_type
        qualified = type_ if above in ("", type_tokens.PULUMI_STACK) else f"{above}{_TYPES}{type_}"
        return cls(stack, project, qualified, name)

    @property
    def type(self) -> str:
        """The resource's own type."""
        return types_in(self.qualified_type)[-1]

    @property
    def parent_types(self) -> tuple[str, ...]:
        """The types of its parents, outermost first."""
        return types_in(self.qualified_type)[:-1]

    def __str__(self) -> str:
        return _PREFIX + _PARTS.join(self)


NO_URN: Final = Urn("", "", "", "")


def name_of(text: str) -> str:
    """What a reader calls the resource: the name in a URN, or all of ``text`` where it is none."""
    return Urn.parse(text).name or text


def types_in(qualified_type: str) -> tuple[str, ...]:
    """The types that ``$`` joins, outermost first; the last is the resource's own."""
    return tuple(qualified_type.split(_TYPES))


def provider_of(reference: str) -> str | None:
    """The URN in a reference to a provider, ``URN::ID``: an id holds no ``::``, a name may."""
    return reference.rpartition(_PARTS)[0] or None


def typed_name(type_: str, name: str) -> str:
    """``TYPE::NAME``, the end of a URN, as a person names one resource among several."""
    return f"{type_}{_PARTS}{name}"


def stack_prefix(stack: str, project: str) -> str:
    """What every URN of a stack begins with; the next is ``::``."""
    return f"{_PREFIX}{stack}{_PARTS}{project}"


def pattern_parts(pattern: str) -> list[str]:
    """A pattern of URNs from its end: stack and project, types, name; what it does not write is left out.

    ``["*", "kubernetes:apps/v1:Deployment", "shop/web"]``. A pattern's wildcards stand for ``::`` as well, so that only
    its end is sure, and a name that holds ``::`` is not recognised.
    """
    parts = pattern.split(_PARTS)
    return [_PARTS.join(parts[:-2]), *parts[-2:]] if len(parts) > 2 else parts

"""The part of CEL that our admission policies are written in, evaluated here: one source for cluster and preview.

Kyverno judges what reaches the cluster; a pack judges the same expressions of what a program declares, on any machine
that runs Python. A value that nobody knows yet makes an expression unknown, unless the rest decides it. What CEL calls
an error (a key that is not there, a text where a list should be) is :class:`CelError`, and ``&&`` and ``||`` forget it
where the other side decides. A test holds this against Google's own CEL, expression by expression.
Source: google/cel-spec, doc/langdef.md, and cel-go's optional types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from model.resource import UNKNOWN

Env = Mapping[str, Any]
Node = Callable[[Env], Any]


class CelError(Exception):
    """What CEL calls an error: the expression has no value for this object."""


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may not be there."""

    held: tuple[Any, ...] = ()


NONE: Final = Optional()
_TOKENS: Final = re.compile(
    r"""\s*(?:(?P<text>r?'(?:[^'\\]|\\.)*'|r?"(?:[^"\\]|\\.)*")|(?P<number>\d+)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<sign>\.\?|\[\?|&&|\|\||==|!=|<=|>=|[-+!<>?:.,()\[\]{}]))"""
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_MACROS: Final = ("all", "exists")


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Node:
    """The expression, ready to be asked. Raises :class:`ValueError` for what is no CEL, or not of this part of it."""
    parser = _Parser(expression)
    node = parser.conditional()
    parser.end()
    return node


def evaluate(expression: str, env: Env) -> Any:
    """What the expression comes to, ``UNKNOWN`` where nobody can know yet. Raises :class:`CelError`."""
    return compiled(expression)(env)


class _Parser:
    def __init__(self, expression: str) -> None:
        self._tokens = list(self._read(expression))
        self._place = 0

    @staticmethod
    def _read(expression: str) -> Iterator[tuple[str, str]]:
        place, text = 0, expression.rstrip()
        while place < len(text):
            found = _TOKENS.match(text, place)
            if found is None or found.lastgroup is None:
                raise ValueError(f"no CEL at character {place}: {text[place : place + 20]}")
            yield found.lastgroup, found[found.lastgroup]
            place = found.end()
        yield "end", ""

    def _peek(self) -> str:
        kind, text = self._tokens[self._place]
        return text if kind in ("sign", "word", "end") else ""

    def _next(self) -> tuple[str, str]:
        self._place += 1
        return self._tokens[self._place - 1]

    def _take(self, *texts: str) -> str | None:
        kind, text = self._tokens[self._place]
        if kind in ("sign", "word") and text in texts:
            self._place += 1
            return text
        return None

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise ValueError(f"no CEL: {text} is missing before {self._peek() or 'a literal'}")

    def end(self) -> None:
        if self._tokens[self._place][0] != "end":
            raise ValueError(f"no CEL: {self._peek() or 'a literal'} is left over")

    def conditional(self) -> Node:
        condition = self._or()
        if self._take("?") is None:
            return condition
        then = self._or()
        self._need(":")
        other = self.conditional()

        def choose(env: Env) -> Any:
            chosen = condition(env)
            return UNKNOWN if chosen is UNKNOWN else then(env) if _boolean(chosen) else other(env)

        return choose

    def _or(self) -> Node:
        return self._joined("||", self._and, decides=True)

    def _and(self) -> Node:
        return self._joined("&&", self._relation, decides=False)

    def _joined(self, sign: str, side: Callable[[], Node], *, decides: bool) -> Node:
        sides = [side()]
        while self._take(sign):
            sides.append(side())
        return (
            sides[0] if len(sides) == 1 else lambda env: _decided([partial(one, env) for one in sides], decides=decides)
        )

    def _relation(self) -> Node:
        left = self._sum()
        while sign := self._take("==", "!=", "in", "<", "<=", ">", ">="):
            left = _known(_RELATIONS[sign], left, self._sum())
        return left

    def _sum(self) -> Node:
        left = self._unary()
        while self._take("+"):
            left = _known(_plus, left, self._unary())
        return left

    def _unary(self) -> Node:
        if self._take("!"):
            return _known(lambda value: not _boolean(value), self._unary())
        return self._member()

    def _member(self) -> Node:
        node = self._primary()
        while sign := self._take(".", ".?", "[", "[?"):
            if sign in ("[", "[?"):
                key = self.conditional()
                self._need("]")
                node = _known(_optional_index if sign == "[?" else _index, node, key)
                continue
            name = self._next()[1]
            if sign == ".?":
                node = _known(lambda value, name=name: _optional_index(value, name), node)
            elif self._take("("):
                node = self._macro(name, node) if name in _MACROS else self._method(name, node)
            else:
                node = _known(lambda value, name=name: _index(value, name), node)
        return node

    def _macro(self, name: str, node: Node) -> Node:
        variable = self._next()[1]
        self._need(",")
        condition = self.conditional()
        self._need(")")

        def each(env: Env) -> Any:
            items = node(env)
            if items is UNKNOWN:
                return UNKNOWN
            if not isinstance(items, list | Mapping):
                raise CelError(f"{name} of what holds nothing")
            return _decided([partial(condition, {**env, variable: item}) for item in items], decides=name == "exists")

        return each

    def _method(self, name: str, node: Node) -> Node:
        arguments = self._until(")")
        if name not in _METHODS:
            raise ValueError(f"no CEL of this part: {name}()")
        return _known(_METHODS[name], node, *arguments)

    def _until(self, closing: str) -> list[Node]:
        found: list[Node] = []
        while self._take(closing) is None:
            if found:
                self._need(",")
            found.append(self.conditional())
        return found

    def _primary(self) -> Node:
        kind, text = self._next()
        if kind == "text":
            literal = text[2:-1] if text[0] == "r" else re.sub(r"\\(.)", r"\1", text[1:-1])
            return lambda _: literal
        if kind == "number":
            number = int(text)
            return lambda _: number
        if text in _WORDS:
            constant = _WORDS[text]
            return lambda _: constant
        if kind == "word":
            return lambda env: _index(env, text)
        if text == "(":
            node = self.conditional()
            self._need(")")
            return node
        if text == "[":
            items = self._until("]")
            return lambda env: [item(env) for item in items]
        if text == "{":
            self._need("}")
            return lambda _: {}
        raise ValueError(f"no CEL: {text or 'nothing'} begins nothing")


def _decided(sides: Sequence[Callable[[], Any]], *, decides: bool) -> Any:
    """``decides`` where one side comes to it; else unknown or an error where one does, else the other."""
    unknown, failed = False, None
    for side in sides:
        try:
            value = side()
            if value is UNKNOWN:
                unknown = True
            elif _boolean(value) is decides:
                return decides
        except CelError as error:
            failed = error
    if failed is not None:
        raise failed
    return UNKNOWN if unknown else not decides


def _known(function: Callable[..., Any], *nodes: Node) -> Node:
    """``function`` of what the nodes come to, or unknown where one of them is."""

    def apply(env: Env) -> Any:
        values = [node(env) for node in nodes]
        return UNKNOWN if any(value is UNKNOWN for value in values) else function(*values)

    return apply


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise CelError("what should be true or false is neither")
    return value


def _index(value: Any, key: Any) -> Any:
    if isinstance(value, Optional):
        return _optional_index(value, key)
    found = _optional_index(value, key)
    if found is UNKNOWN:
        return UNKNOWN
    if not found.held:
        raise CelError(f"no such key: {key}")
    return found.held[0]


def _optional_index(value: Any, key: Any) -> Any:
    if isinstance(value, Optional):
        return _optional_index(value.held[0], key) if value.held else NONE
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        # A provider leaves null out.
        found = value.get(key)
        return UNKNOWN if found is UNKNOWN else NONE if found is None else Optional((found,))
    if isinstance(value, list) and isinstance(key, int):
        return Optional((value[key],)) if key < len(value) else NONE
    raise CelError(f"no such key: {key}")


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _within(item: Any, holder: Any) -> Any:
    if isinstance(holder, Mapping):
        return item in holder
    if not isinstance(holder, list):
        raise CelError("in what holds nothing")
    if any(value is not UNKNOWN and _same(item, value) for value in holder):
        return True
    return UNKNOWN if any(value is UNKNOWN for value in holder) else False


def _plus(left: Any, right: Any) -> Any:
    if type(left) is not type(right) or not isinstance(left, list | str | int):
        raise CelError("what cannot be added")
    return left + right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        if isinstance(left, str) is not isinstance(right, str) or not isinstance(left, str | int | float):
            raise CelError("what cannot be compared")
        return compare(left, right)

    return ordered


def _text(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_text(*values: Any) -> Any:
        if not all(isinstance(value, str) for value in values):
            raise CelError("a text is something else")
        return function(*values)

    return of_text


def _size(value: Any) -> int:
    if not isinstance(value, list | Mapping | str):
        raise CelError("size of what has none")
    return len(value)


def _or_value(value: Any, other: Any) -> Any:
    if not isinstance(value, Optional):
        raise CelError("orValue of what is there")
    return value.held[0] if value.held else other


def _has_value(value: Any) -> bool:
    if not isinstance(value, Optional):
        raise CelError("hasValue of what is there")
    return bool(value.held)


_RELATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "in": _within,
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
}
_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "orValue": _or_value,
    "hasValue": _has_value,
    "size": _size,
    "contains": _text(lambda text, part: part in text),
    "startsWith": _text(str.startswith),
    "endsWith": _text(str.endswith),
    "lowerAscii": _text(lambda text: re.sub(r"[A-Z]+", lambda found: found[0].lower(), text)),
    "matches": _text(lambda text, pattern: re.search(pattern, text) is not None),
    "split": _text(lambda text, by: text.split(by)),
}

"""Reads the fields of one decoded mapping of a file, and tells where one stands that is of a wrong kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pricing.declared.cursor import Cursor, place_of
from pricing.declared.fault import FaultError, kind_of_value
from pricing.declared.properties import TooDeepError, properties


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping called ``name`` in messages, decoded from ``start`` of ``source`` and standing at ``path`` below that.

    What is null is as good as missing.
    """

    source: str
    start: int
    name: str
    values: Mapping[str, Any]
    path: tuple[str, ...] = ()

    @classmethod
    def at(cls, cursor: Cursor, name: str) -> Fields:
        """The mapping at the cursor, which is taken. Raises :class:`FaultError` for anything else."""
        cursor.next_letter()
        start, found = cursor.at, cursor.value()
        if not isinstance(found, dict):
            raise FaultError(start, f"{name} is {kind_of_value(found)}; allowed is a mapping")
        return cls(cursor.text, start, name, found)

    def below(self, key: str) -> Fields | None:
        """The mapping at ``key``, or ``None`` without one. Raises :class:`FaultError`."""
        if self.values.get(key) is None:
            return None
        return Fields(self.source, self.start, self.name, self._mapping((key,)), (*self.path, key))

    def text(self, key: str) -> str:
        """The text at ``key``, empty without one. Raises :class:`FaultError`."""
        found = self.values.get(key)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise self._fault((key,), found, "text")
        return found

    def needed(self, key: str) -> str:
        """The text at ``key``. Raises :class:`FaultError`, also where there is none."""
        found = self.text(key)
        if not found:
            raise FaultError(self._place(()), f"{self._called((key,))} is missing; allowed is text")
        return found

    def flag(self, key: str, *, default: bool = False) -> bool:
        """The switch at ``key``. Raises :class:`FaultError`."""
        found = self.values.get(key)
        if found is None:
            return default
        if not isinstance(found, bool):
            raise self._fault((key,), found, "true or false")
        return found

    def count(self, key: str) -> int:
        """The whole number at ``key``, 0 without one. Raises :class:`FaultError`."""
        found = self.values.get(key)
        if found is None:
            return 0
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            raise self._fault((key,), found, "a whole number of 0 or more")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at ``key``, empty without one. Raises :class:`FaultError`."""
        return self._texts(self.values.get(key), (key,))

    def lists_of_texts(self, key: str) -> dict[str, tuple[str, ...]]:
        """The mapping of lists of texts at ``key``, empty without one. Raises :class:`FaultError`."""
        return {name: self._texts(item, (key, name)) for name, item in self._mapping((key,)).items()}

    def properties(self, key: str) -> dict[str, Any]:
        """The properties at ``key``, as a meter reads them; empty without any. Raises :class:`FaultError`."""
        try:
            return properties(self._mapping((key,)))
        except TooDeepError:
            raise FaultError(self.place(key), f"{self._called((key,))} are nested too deeply") from None

    def get(self, key: str) -> Any:
        """Whatever stands at ``key``, or ``None``."""
        return self.values.get(key)

    def place(self, key: str) -> int:
        """Where the value at ``key`` stands."""
        return self._place((key,))

    def _texts(self, found: Any, path: tuple[str, ...]) -> tuple[str, ...]:
        if found is None:
            return ()
        if not isinstance(found, list):
            raise self._fault(path, found, "a list")
        for place, item in enumerate(found):
            if not isinstance(item, str):
                raise self._fault((*path, place), item, "text")
        return tuple(found)

    def _mapping(self, path: tuple[str]) -> Mapping[str, Any]:
        found = self.values.get(path[0])
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise self._fault(path, found, "a mapping")
        return found

    def _fault(self, path: tuple[str | int, ...], found: Any, wanted: str) -> FaultError:
        return FaultError(self._place(path), f"{self._called(path)} is {kind_of_value(found)}; allowed is {wanted}")

    def _place(self, path: tuple[str | int, ...]) -> int:
        return place_of(self.source, self.start, (*self.path, *path))

    def _called(self, path: tuple[str | int, ...]) -> str:
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in (*self.path, *path))
        return f"{self.name}{''.join(steps)}"

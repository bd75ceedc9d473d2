"""Which actions keep each type of resource: a table that tools/iam reads from the AWS provider's own source.

``reads`` show it, ``writes`` make, change and delete it, and ``lends`` is what services do meanwhile with the
permissions of whoever calls them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "permissions.json"


@dataclass(frozen=True)
class Permissions:
    """The actions for a set of types."""

    reads: frozenset[str]
    writes: frozenset[str]
    lends: frozenset[str]


@dataclass(frozen=True)
class Table:
    """The whole table: by type, and what holds for an action wherever it stands."""

    types: dict[str, Permissions]
    #: Actions that are about no resource.
    anywhere: frozenset[str]

    def of(self, types: Iterable[str]) -> Permissions:
        """What keeps all of ``types``. Raises :class:`ValueError` for one that the table does not know."""
        wanted = sorted(set(types))
        if unknown := [each for each in wanted if each not in self.types]:
            raise ValueError(f"{unknown[0]}: no row in bootstrap/{TABLE.name}; docs/bootstrap.md says how one is made")
        rows = [self.types[each] for each in wanted]
        return Permissions(
            reads=frozenset().union(*(row.reads for row in rows)),
            writes=frozenset().union(*(row.writes for row in rows)),
            lends=frozenset().union(*(row.lends for row in rows)),
        )


@cache
def table() -> Table:
    """The committed table."""
    found = json.loads(TABLE.read_text(encoding="utf-8"))
    types = {
        token: Permissions(**{part: frozenset(names) for part, names in kinds.items()})
        for token, kinds in found["types"].items()
    }
    return Table(types, frozenset(found["anywhere"]))

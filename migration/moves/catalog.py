"""Every move, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from migration.moves import agent, cache, documents, logs, registry, search, secrets, traces, volumes, workflow
from migration.moves.model import Move
from stacks.sections.moves import Moved

#: By phase, and after what each needs (``Move.after``).
MOVES: Final[Mapping[Moved, Move]] = {
    each.MOVE.capability: each.MOVE
    for each in (registry, secrets, agent, documents, cache, search, workflow, logs, traces, volumes)
}

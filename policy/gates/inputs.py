"""What a move was planned for, as one digest: when it changes on the way, the plan is another one.

The ledger's rows, what they ask of a proof, the capability's settings, the move's file with the steps it shares, and
the versions of the tools it names. Never the commit, because evidence is committed itself, and never ``landing:moves``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from policy.gates.evidence import digest
from policy.ledger.moves import PROOFS
from policy.ledger.rows import BY_CAPABILITY
from stacks.section import Capability
from stacks.sections.moves import Moved
from stacks.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
_MOVES: Final = Path("migration") / "moves"
_TOOLS: Final = "tools.json"
_SHARED: Final = "steps.py"
#: Rows that move along with another one.
_ALONG: Final[Mapping[Moved, tuple[Capability, ...]]] = {"volumes": ("backup",)}


def inputs(settings: Settings, capability: Moved, root: Path = ROOT) -> dict[str, Any]:
    """The inputs themselves, plain. Raises :class:`OSError` when the move's file is not there."""
    landing = settings.model_dump(mode="json", by_alias=True)
    return {
        "rows": [plain(BY_CAPABILITY[row]) for row in (capability, *_ALONG.get(capability, ()))],
        "proof": plain(PROOFS[capability]),
        "settings": {key: landing[key] for key in PROOFS[capability].settings},
        "move": [digest(text.encode()) for text in _texts(capability, root)],
        "tools": tools(capability, root),
    }


def tools(capability: Moved, root: Path = ROOT) -> Mapping[str, str]:
    """The pinned version of each tool that the move names. Raises :class:`OSError`."""
    pins = json.loads((root / _MOVES / _TOOLS).read_text(encoding="utf-8"))
    texts = _texts(capability, root)
    return {
        word: pins[word]["version"]
        for word in sorted(pins)
        if any(re.search(rf'["/]{re.escape(word)}"', text) for text in texts)
    }


def _texts(capability: Moved, root: Path) -> list[str]:
    return [(root / _MOVES / name).read_text(encoding="utf-8") for name in (f"{capability}.py", _SHARED)]


def inputs_digest(settings: Settings, capability: Moved, root: Path = ROOT) -> str:
    """The digest of :func:`inputs`."""
    content = inputs(settings, capability, root)
    return digest(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it, the same in every process: a function is its name."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    return value if value is None or isinstance(value, str | int | bool) else str(value)

"""The YAML tables that components and their settings are written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

#: libyaml reads ten times as fast, and PyYAML is not built with it everywhere.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def table(path: Path) -> Any:
    """The document in ``path``. Raises :class:`OSError` and :class:`yaml.YAMLError`."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - safe in both forms

"""Which Python runs this: a system's own knows nothing of the project's libraries, and says so in a traceback."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from stacks.command import refuse

ROOT: Final = Path(__file__).resolve().parent.parent
#: A library of requirements.lock that every command needs.
NEEDED: Final = "typer"


def require_libraries() -> None:
    """Ends with 2 and one line where the project's libraries are not installed, naming the Python that has them."""
    if find_spec(NEEDED) is not None:
        return
    made = ROOT / ".venv" / "bin" / "python"
    words = shlex.join([".venv/bin/python", *sys.orig_argv[1:]])
    how = f"run it as: {words}" if made.exists() else f"make preview installs them; then run it as: {words}"
    refuse(f"{sys.executable} has none of the project's libraries (no {NEEDED}); {how}")

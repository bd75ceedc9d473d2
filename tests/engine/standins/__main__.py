"""``python -m tests.engine.standins serve PACKAGE FOLDER ENGINE`` is a plugin; ``python -m tests.engine.standins install HOME`` installs all."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.engine.standins.install import install
from tests.engine.standins.server import serve


def main(arguments: list[str]) -> None:
    """Exit code 2 for anything but the two commands."""
    match arguments:
        case ["serve", package, folder, *_]:
            serve(package, Path(folder))
        case ["install", home]:
            install(Path(home))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

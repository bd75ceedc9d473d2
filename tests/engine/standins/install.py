"""Puts the stand-ins where the engine looks for plugins: one folder a package, under the exact version of its SDK."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

from tools.sdk.classes import PACKAGES, version_of

ROOT: Final = Path(__file__).resolve().parents[3]


def install(home: Path) -> None:
    """Writes the plugins of all packages below ``home``, a ``PULUMI_HOME`` that should be thrown away later."""
    for package in PACKAGES:
        folder = home / "plugins" / f"resource-{package}-v{version_of(package)}"
        folder.mkdir(parents=True, exist_ok=True)
        plugin = folder / f"pulumi-resource-{package}"
        # The engine starts a plugin in the project's folder, which may hold modules of the same names.
        command = [sys.executable, "-P", "-u", "-m", "tests.engine.standins", "serve", package, str(folder)]
        plugin.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.join(command)} "$@"\n')
        plugin.chmod(0o755)

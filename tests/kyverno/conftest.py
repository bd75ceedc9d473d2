"""What ``make kyverno`` built."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kyverno.cli import Cli

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "kyverno"


@pytest.fixture(scope="session")
def cli(request, tmp_path_factory) -> Cli:
    """Kyverno's own CLI."""
    asked = request.config.getoption("--kyverno")
    if not (BUILT / ".inputs").exists():
        reason = "no Kyverno CLI in .engine/kyverno: make kyverno builds it, in some minutes"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("kyverno" in str(argument) for argument in request.config.args):
        pytest.skip("takes minutes: make kyverno")
    return Cli(BUILT / "kyverno", tmp_path_factory.mktemp("kyverno"))

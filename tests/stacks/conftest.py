"""What tests of command lines and stack files share."""

import shutil
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from stacks.messages import SettingsError

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def checkout(tmp_path):
    """A copy of what is committed, free to be broken."""
    folders = (
        "bootstrap",
        "components",
        "deploy",
        "docs",
        "landing",
        "migration",
        "model",
        "observability",
        "policy",
        "preview",
        "pricing",
        "recovery",
        "stacks",
        "tools",
    )
    for name in folders:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".engine"))
    for name in ("__main__.py", "Pulumi.yaml", "README.md", "README.ko.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def measured():
    """Runs something that may take 0.2 s of the processor and 50 MB, and no more."""

    def run(act):
        begun = time.process_time()
        with suppress(SettingsError):
            act()
        assert time.process_time() - begun < 0.2
        tracemalloc.start()
        try:
            return act()
        finally:
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert most < 50_000_000

    return run

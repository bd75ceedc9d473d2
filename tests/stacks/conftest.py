"""What tests of command lines and stack files share."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def checkout(tmp_path):
    """A copy of what is committed, free to be broken."""
    folders = (
        "components",
        "docs",
        "landing",
        "model",
        "observability",
        "policy",
        "preview",
        "pricing",
        "stacks",
        "tools",
    )
    for name in folders:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".engine"))
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path

"""What ``make aws-provider`` built."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.aws.provider import Provider

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "aws"
TOOLS = ROOT / "tools" / "aws"
#: What tools/aws/build.sh makes its checksum of, in its order.
INPUTS = ("go.mod", "go.sum", "build.sh", "services", "trim.py", "driver/main.go")


@pytest.fixture(scope="session")
def provider(request) -> Provider:
    """The provider; skipped where nobody built it, and failed where somebody asked for it."""
    asked = request.config.getoption("--aws")
    stamp = BUILT / ".inputs"
    if not stamp.exists() or stamp.read_text().split()[0] != inputs():
        state = "an old provider" if stamp.exists() else "no provider"
        reason = f"{state} in .engine/aws: make aws-provider builds it, in some minutes"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("tests/aws" in str(argument) for argument in request.config.args):
        pytest.skip("judges every stack by the real AWS provider: make test-aws")
    return Provider(BUILT / "aws-provider")


def inputs() -> str:
    """The checksum of what the provider is built from."""
    return hashlib.sha256(b"".join((TOOLS / name).read_bytes() for name in INPUTS)).hexdigest()

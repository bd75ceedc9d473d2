"""What ``make aws-provider`` built."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.aws.provider import Provider, stamp

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "aws"


@pytest.fixture(scope="session")
def provider(request) -> Provider:
    """The provider; skipped where nobody built it, and failed where somebody asked for it."""
    asked = request.config.getoption("--aws")
    built = BUILT / ".inputs"
    if not built.exists() or built.read_text() != stamp():
        state = "an old provider" if built.exists() else "no provider"
        reason = f"{state} in .engine/aws: make aws-provider builds it, in some minutes"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("tests/aws" in str(argument) for argument in request.config.args):
        pytest.skip("judges every stack by the real AWS provider: make test-aws")
    return Provider(BUILT / "aws-provider")

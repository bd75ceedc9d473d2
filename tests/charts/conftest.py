"""Whether helm and every chart are there: else these tests are skipped, or fail where ``--charts`` asked for them."""

from __future__ import annotations

import pytest

from tests.charts.render import HELM, absent, folder


@pytest.fixture(scope="session", autouse=True)
def _charts(request) -> None:
    asked = request.config.getoption("--charts")
    if reason := missing():
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("charts" in str(argument) for argument in request.config.args):
        pytest.skip("renders every chart of every stack: make charts")


def missing() -> str | None:
    """What is not there, and how it comes."""
    if not HELM.exists():
        return "no helm in .engine/helm: make charts puts it there"
    if lacking := absent():
        how = "python -m tests.charts.pull brings them; CHARTS_DIR names another folder"
        return f"{folder()} lacks {', '.join(lacking)}: {how}"
    return None

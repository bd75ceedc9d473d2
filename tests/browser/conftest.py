"""Whether a Chromium and axe-core are there: else these tests are skipped, or fail where ``--browser`` asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preview.report.render import render
from tests.browser.chromium import Browser, start
from tests.recordings import previewed

FOLDER = Path(__file__).parents[2] / ".engine" / "browser"


@pytest.fixture(scope="session")
def browser(request, tmp_path_factory) -> Iterator[Browser]:
    """One headless Chromium a run."""
    asked = request.config.getoption("--browser")
    if not (FOLDER / "chromium").exists():
        (pytest.fail if asked else pytest.skip)("no Chromium in .engine/browser: make browser puts its name there")
    if not asked and not any("browser" in str(argument) for argument in request.config.args):
        pytest.skip("shows every page in a Chromium: make browser")
    with start((FOLDER / "chromium").read_text().strip(), tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="session")
def page(tmp_path_factory) -> Path:
    """Production's report as a file."""
    target = tmp_path_factory.mktemp("page") / "report.html"
    target.write_text(render(previewed("prod"), "html"), encoding="utf-8")
    return target

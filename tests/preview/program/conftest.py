"""Programs written into a folder of the test's own, and run as anybody's."""

from textwrap import dedent

import pytest

from preview.program.look_ups import Answers
from preview.program.monitor import ProgramMonitor
from preview.program.process import run_program
from preview.program.project import find_project


@pytest.fixture
def written(tmp_path):
    """Writes files, ``__main__.py`` first, and answers with their folder."""

    def write(source, **files):
        for name, text in {"__main__.py": source, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return tmp_path

    return write


@pytest.fixture
def ran(written):
    """Runs a program without packs, and answers with its monitor."""

    def run(source, entries=(), timeout_seconds=60, **files):
        files = {"Pulumi.yaml": "{name: shop, runtime: python}", **files}
        project = find_project(written(source, **files), "dev")
        monitor = ProgramMonitor(project.name, project.stack, project.region, Answers(None, entries), lambda _: None)
        run_program(project, monitor, timeout_seconds=timeout_seconds)
        return monitor

    return run

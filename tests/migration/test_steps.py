"""Every step of the move that is a program is tried, and found by those who deploy."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Programs by their last lines, and what Airflow runs; the modules behind them have tests of their own.
STEPS = [
    path.relative_to(ROOT)
    for path in sorted((ROOT / "migration").rglob("*.py"))
    if not path.stem.startswith("_") and ('__name__ == "__main__"' in path.read_text() or "dags" in path.parts)
]
TOLD = (ROOT / "docs" / "deploying.md").read_text()
TRIED = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))


@pytest.mark.parametrize("step", [step for step in STEPS if "dags" not in step.parts], ids=str)
def test_a_step_that_a_person_runs_has_its_place_in_the_deployment(step):
    assert step.as_posix() in TOLD or f"-m {'.'.join(step.with_suffix('').parts)}" in TOLD


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_step_has_a_test(step):
    assert step.stem in TRIED

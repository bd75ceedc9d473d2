"""The rules that judge are those of the checkout that is previewed, whichever environment's Python runs them."""

import os
import shutil
import subprocess
import sys

from preview.run import ROOT

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "tests", "tools", "docs")
RULE = "policy/guardrails/rules.py"
BEFORE, AFTER = "retentionInDays must be 1 or more", "this checkout wants a retention"


def test_a_checkout_is_judged_by_its_own_rules(tmp_path):
    # A worktree or a clone is the same to a pack: the files, at another place.
    checkout = shutil.copytree(ROOT, tmp_path / "other", ignore=LEFT_OUT)
    rules = checkout / RULE
    assert BEFORE in rules.read_text()
    rules.write_text(rules.read_text().replace(BEFORE, AFTER).replace("days <= 0", "days > 0"))
    # The environment's Python has another checkout on its path, as one that was made there would.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    run = subprocess.run(
        [sys.executable, "-m", "preview", "dev", "--today", "2026-11-23"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1, run.stderr
    assert AFTER in run.stdout
    assert BEFORE not in run.stdout

"""The CLI is of the Kyverno that the program installs; read from the files, so that it is always checked."""

import re
from pathlib import Path

from components.charts import KYVERNO
from tests.policy.admission import admitting

GO_MOD = (Path(__file__).parents[2] / "tools" / "kyverno" / "go.mod").read_text()
#: What each version of the chart installs: a newer chart asks for another look.
INSTALLS = {"3.9.0": "v1.19.0"}


def test_the_cli_and_the_evaluator_are_of_the_kyverno_that_is_installed():
    version = INSTALLS[KYVERNO.version]

    assert re.findall(r"^\s*github.com/kyverno/kyverno (\S+)", GO_MOD, re.MULTILINE) == [version]
    assert f"Follows kyverno {version}" in admitting.__doc__

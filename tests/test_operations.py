"""What docs/operations.md tells somebody in a hurry to run or to look for is there, as the tools themselves say."""

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore import xform_name

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text()
#: In blocks and between backticks alike; what follows a pipe is another program's.
COMMANDS = sorted(
    {
        line.partition(" |")[0].partition(" #")[0].strip()
        for line in [
            *re.findall(r"^    (\S.*)$", PAGE, re.MULTILINE),
            *re.findall(r"`([^`]+)`", " ".join(PAGE.split())),
        ]
    }
)
#: The AWS CLI's own, of every command.
OF_THE_CLI = {"query", "output"}


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("aws ")])
def test_aws_has_each_command_and_each_of_its_options(line):
    _, service, command, *words = shlex.split(line)
    model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    operation = model.operation_model(next(name for name in model.operation_names if xform_name(name, "-") == command))
    known = {xform_name(member, "-") for member in operation.input_shape.members}
    given = {word[2:].partition("=")[0] for word in words if word.startswith("--")}

    assert given - OF_THE_CLI <= known
    assert {xform_name(member, "-") for member in operation.input_shape.required_members} <= given


def test_each_alert_and_alarm_that_the_page_names_exists():
    rules = "".join(path.read_text() for path in (ROOT / "observability" / "rules").glob("*.yaml"))
    alerts = set(re.findall(r"alert: (\w+)", rules))
    alarms = {each["name"] for each in yaml.safe_load((ROOT / "observability" / "alarms.yaml").read_text())}
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", PAGE)) - {
        "ExpiredToken",
        "AccessDenied",
        "AssumeRoleWithWebIdentity",
    }

    assert len(named) > 8
    assert named <= alerts
    assert {"documents-lag", "search-red"} <= alarms


def test_operators_find_the_page():
    assert "(operations.md)" in (ROOT / "docs" / "index.md").read_text()

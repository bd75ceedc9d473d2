"""What docs/operations.md tells somebody in a hurry to run or to look for is there, as the tools themselves say."""

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore import xform_name

from landing import names
from policy.recovery.restore import RATES
from tests.golden.target import STACKS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text()
LOST = PAGE.partition("\n## A lost store\n")[2].partition("\n## ")[0]
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
OF_THE_CLI = {"query", "output", "region"}
#: Rows of the table in "A lost store".
ROWS = {
    "DocumentDB": "documents",
    "Airflow's database": "workflow",
    "the cache": "cache",
    "OpenSearch": "search",
    "a volume": "volumes",
    "what Velero has": "cluster",
    "a secret": "secrets",
    "an object": "audit",
}


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


def test_a_leaked_secret_changes_as_the_inventory_says_of_it(settings):
    section = PAGE.partition("## A leaked secret\n")[2].partition("\n## ")[0]
    step = section.partition("\n1. ")[2].partition("\n2. ")[0]
    rotates, unrotated, masters = (" ".join(part.split()) for part in step.split("\n   - ")[1:])
    inventory = {name: entry for stack in STACKS for name, entry in settings(stack).secrets.inventory.items()}
    named = {part: set(re.findall(r"`([^`]+)`", part)) & set(inventory) for part in (rotates, unrotated, masters)}

    assert named[rotates] == {name for name, entry in inventory.items() if entry.rotates}
    assert named[unrotated] == {name for name, entry in inventory.items() if entry.unrotated}
    assert named[masters] == set()
    assert rotates.startswith("`rotates`")
    assert rotates.count("create job --from=cronjob/rotation") == 2
    assert "ROTATE=now ONLY=ENTRY" in rotates
    assert "aws secretsmanager" not in rotates
    assert unrotated.startswith("`unrotated`")
    assert re.findall(r"aws secretsmanager ([\w-]+)", unrotated) == ["put-secret-value"]
    assert re.findall(r"aws secretsmanager ([\w-]+)", masters) == ["rotate-secret"]


def test_how_long_a_lost_store_takes_is_what_promises_are_held_to():
    found = dict(re.findall(r"^\| \[([^\]]+)\]\(#[\w-]+\).* \| ([^|]+) \|$", LOST, re.MULTILINE))
    figures = {
        store: f"{rate.fixed.normalize():f} h" + (f", and 1 h per {rate.gb_an_hour} GB" if rate.gb_an_hour else "")
        for store, rate in RATES.items()
    }

    assert set(ROWS.values()) == set(RATES)
    assert found == {row: figures[store] for row, store in ROWS.items()}


def test_a_lost_store_comes_back_under_the_names_that_the_program_has():
    restored = {
        command: re.findall(rf"{option} (\S+)", LOST)
        for command, option in (
            ("restore-db-cluster-to-point-in-time", r"--source-\S+ \S+ --db-cluster-identifier"),
            ("restore-db-cluster-from-snapshot", r"ARN --db-cluster-identifier"),
            ("restore-db-instance-to-point-in-time", "--target-db-instance-identifier"),
            ("restore-db-instance-from-db-snapshot", "ARN --db-instance-identifier"),
            ("create-replication-group", "create-replication-group --replication-group-id"),
        )
    }

    assert restored == {
        "restore-db-cluster-to-point-in-time": [names.DOCUMENTS],
        "restore-db-cluster-from-snapshot": [names.DOCUMENTS],
        "restore-db-instance-to-point-in-time": [names.WORKFLOW_DATABASE],
        "restore-db-instance-from-db-snapshot": [names.WORKFLOW_DATABASE],
        "create-replication-group": [names.CACHE],
    }
    assert f"--user-group-ids {names.CACHE_USER}s " in LOST
    assert set(re.findall(r"--backup-vault-name (\S+)", PAGE)) == {
        f"{names.VAULTS}-{store}" for store in ("documents", "workflow")
    }
    assert all(f"aws {each} " in LOST for each in ("s3api copy-object", "secretsmanager restore-secret"))


def test_the_page_says_truly_that_no_stack_copies_to_another_region(settings):
    assert "as committed no stack copies anything" in PAGE
    assert [stack for stack in STACKS if settings(stack).backup.elsewhere] == []


def test_operators_find_the_page():
    assert "(operations.md)" in (ROOT / "docs" / "index.md").read_text()

"""A deployment that was cut off, a lock that stayed or went, a state that came back older: each ends in a working stack.

By the commands of docs/operations.md, under the real CLI; every step writes the state, as it does for a person.
"""

import json
import re
import shlex
import shutil
import signal
from itertools import takewhile

import pytest

from tests.engine.standins.faults import VARIABLE
from tests.test_operations import COMMANDS

pytestmark = pytest.mark.engine
#: A chain, so that what is made before what is known.
PROGRAM = """
import pulumi
import pulumi_aws as aws

config = pulumi.Config("sample")
before = []
for number in range(config.get_int("queues") or 0):
    name = f"q{number}" + ("-new" if number == config.get_int("renamed") else "")
    delay = 30 if number == config.get_int("delayed") else None
    before = [aws.sqs.Queue(f"q{number}", name=name, delay_seconds=delay, opts=pulumi.ResourceOptions(depends_on=before))]
"""
#: Where the engine is killed, a line each: a setting, the operation, the queue, and what is left to be ended.
KILLED = (
    *(("queues", "7", "create", number, "creating") for number in range(7)),
    ("delayed", "2", "update", 2, "updating"),
    # Another name is another queue, which is made before the old one goes.
    ("renamed", "5", "create", 5, "creating"),
    ("queues", "5", "delete", 5, "deleting"),
)


IMPORTED = ("--skip-preview", "--protect=false", "--generate-code=false")


@pytest.fixture
def chain(program):
    """The stack of such a program; settings are changed by ``with_``."""
    deployment = program(PROGRAM)
    # As a person deploys: what was done before a cut stands in the state.
    for name in ("PULUMI_SKIP_CHECKPOINTS", "PULUMI_EXPERIMENTAL"):
        del deployment.environment[name]
    return deployment


def cut(deployment, where):
    """A deployment whose engine is killed at an operation."""
    deployment.environment[VARIABLE] = f"{where} kill"
    killed = deployment.cli("up", "--yes", "--skip-preview")
    del deployment.environment[VARIABLE]
    assert killed.returncode == -signal.SIGKILL, killed.stdout


def done(deployment, *words):
    """A command that must succeed, and what it said."""
    ended = deployment.cli(*words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def queues(deployment):
    return sorted(urn.rpartition("::")[2] for urn in deployment.resources() if "sqs/queue" in urn)


def locks(deployment):
    return list((deployment.state / ".pulumi" / "locks").rglob("*.json"))


def test_a_deployment_killed_at_ten_points_goes_on_after_each(chain):
    left = []
    for setting, value, operation, number, _ in KILLED:
        chain.configure(f"sample:{setting}", value)
        cut(chain, f"{operation} Queue::q{number}")
        assert len(locks(chain)) == 1

        done(chain, "cancel", "--yes")
        left += [each["type"] for each in chain.export()["pending_operations"]]
        done(chain, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")
        assert (locks(chain), chain.export().get("pending_operations")) == ([], None)

    assert left == [pending for *_, pending in KILLED]
    done(chain, "up", "--yes", "--skip-preview")
    assert queues(chain) == [f"q{number}" for number in range(5)]
    done(chain, "preview", "--expect-no-changes")


def test_what_was_made_before_the_cut_is_taken_over_by_its_id(chain):
    chain.configure("sample:queues", "1")
    cut(chain, "create Queue::q0")
    done(chain, "cancel", "--yes")
    done(chain, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")

    # It is there: AWS had made it when the engine was killed.
    done(chain, "import", "aws:sqs/queue:Queue", "q0", "q0", "--yes", *IMPORTED)

    assert queues(chain) == ["q0"]
    assert chain.export().get("pending_operations") is None
    done(chain, "preview", "--expect-no-changes")


def test_a_lock_that_is_lost_on_the_way_stops_nothing_and_one_that_stayed_is_taken_away(chain):
    chain.configure("sample:queues", "2")
    chain.environment[VARIABLE] = "create Queue::q1 unlock"
    lost = chain.cli("up", "--yes", "--skip-preview")
    del chain.environment[VARIABLE]

    assert "problem deleting the lock" in lost.stdout + lost.stderr
    assert (queues(chain), locks(chain)) == (["q0", "q1"], [])
    done(chain, "preview", "--expect-no-changes")

    stale = chain.state / ".pulumi" / "locks" / "organization" / "sample" / "dev" / "0.json"
    stale.parent.mkdir(parents=True, exist_ok=True)
    holder = {"pid": 1, "username": "runner", "hostname": "gone", "timestamp": "2026-11-01T00:00:00Z"}
    stale.write_text(json.dumps(holder))
    refused = chain.cli("up", "--yes", "--skip-preview")
    assert refused.returncode != 0
    assert "the stack is currently locked by 1 lock(s)" in refused.stderr
    assert "created by runner@gone (pid 1) at 2026-11-01T00:00:00Z" in refused.stderr
    done(chain, "cancel", "--yes")
    done(chain, "up", "--yes", "--skip-preview")


def test_a_state_from_an_older_version_is_brought_up_to_what_is_there(chain, tmp_path):
    state = chain.state / ".pulumi" / "stacks" / "sample" / "dev.json"
    chain.configure("sample:queues", "2")
    done(chain, "up", "--yes", "--skip-preview")
    shutil.copy(state, tmp_path / "version-1")
    chain.configure("sample:queues", "4")
    done(chain, "up", "--yes", "--skip-preview")

    # The newest version is gone, and the bucket's one before it is put in its place.
    shutil.copy(tmp_path / "version-1", state)
    missing = done(chain, "preview")
    found = {"resources": [{"type": "aws:sqs/queue:Queue", "name": name, "id": name} for name in ("q2", "q3")]}
    (tmp_path / "found.json").write_text(json.dumps(found))
    done(
        chain, "import", "--file", str(tmp_path / "found.json"), "--yes", *IMPORTED,
    )  # fmt: skip

    assert "+ 2 to create" in missing
    done(chain, "up", "--yes", "--skip-preview")
    assert queues(chain) == ["q0", "q1", "q2", "q3"]
    done(chain, "preview", "--expect-no-changes")


@pytest.mark.parametrize("line", [line for line in COMMANDS if re.match(r"pulumi \w", line)])
def test_the_cli_has_each_command_and_option_that_the_page_names(chain, line):
    words = shlex.split(line)[1:]
    command = [word for word in takewhile(lambda each: each[0] != "-", words) if word.islower()]
    told = done(chain, *command, "--help")

    assert f"pulumi {' '.join(command)} " in told
    assert [word for word in words if word.startswith("--") and f"{word.partition('=')[0]} " not in told] == []

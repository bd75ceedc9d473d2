"""What a move may not be: each rule refuses by name what breaks it."""

from dataclasses import replace

import pytest

from migration.moves.catalog import MOVES
from migration.moves.model import MoveError, NoReturn, NothingWritten, Step, can_fail, command, pipe, secret_in

URL = "https://example.org/"
CHECK = command(URL, "test", "-s", "/data/x")
DOCUMENTS = MOVES["documents"]


def step(**changes):
    made = {
        "name": "x",
        "kind": "copy",
        "title": "t",
        "owner": "o",
        "minutes": 1,
        "run": (CHECK,),
        "verify": (CHECK,),
        "undo": (CHECK,),
    }
    return Step(**{**made, **changes})


def with_step(**changes):
    place = next(number for number, each in enumerate(DOCUMENTS.steps) if each.kind == "copy")
    steps = list(DOCUMENTS.steps)
    steps[place] = step(**changes)
    return replace(DOCUMENTS, steps=tuple(steps))


BAD = [
    ({"verify": ()}, "documents: step x: is not verified"),
    ({"verify": (command(URL, "kubectl", "get", "pods"),)}, "step x: is verified by nothing that fails by itself"),
    ({"verify": (pipe(URL, ("grep", "x"), ("jq", ".")),)}, "step x: is verified by nothing that fails by itself"),
    ({"undo": ()}, "step x: is neither undone nor a point of no return"),
    ({"undo": NothingWritten()}, "step x: is said to write nothing; a step of kind copy writes"),
    ({"run": ()}, "step x: runs nothing"),
    ({"minutes": 0}, "step x: takes 0 minutes; allowed are 1 and more"),
    ({"run": (command(URL, "bash", "-c", "true"),)}, "step x: bash reads a line; a command is a list of arguments"),
    ({"run": (command(URL, "rsync", "a", "b"),)}, "step x: rsync has no version; pin it in migration/moves/tools.json"),
    ({"run": (command("a manual", "test", "x"),)}, "step x: test has no source"),
    ({"run": (command(URL, "test", "$NOWHERE"),)}, "step x: $NOWHERE is no parameter; allowed are APPLICATION_SOURCE"),
    ({"run": (command(URL, "mongodump", "--password", "x"),)}, "step x: mongodump is given a secret by --password"),
    ({"undo": (command(URL, "mongodump", "--password", "x"),)}, "step x: mongodump is given a secret by --password"),
    ({"kind": "soak", "undo": NothingWritten()}, "documents: has no step of kind copy; a move has precheck, copy"),
]


@pytest.mark.parametrize(("changes", "says"), BAD, ids=[says for _, says in BAD])
def test_a_step_that_breaks_a_rule_is_refused(changes, says):
    with pytest.raises(MoveError) as refused:
        with_step(**changes)

    assert says in str(refused.value)


@pytest.mark.parametrize("signs_in", [("redis auth", "/move/password"), ("AUTH", "/etc/passwd"), ("AUTH", "hunter2")])
def test_a_command_signs_in_by_a_variable_and_a_file_of_the_move(signs_in):
    with pytest.raises(MoveError, match="by a variable and a file below /move") as refused:
        with_step(verify=(command(URL, "test", "-d", "/data", signs_in=signs_in),))

    assert "hunter2" not in str(refused.value)


def test_a_step_that_breaks_none_is_taken():
    # The parameters that the step used are used elsewhere too.
    assert NoReturn(why="it is lost") in [each.undo for each in with_step(undo=NoReturn(why="it is lost")).steps]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"steps": DOCUMENTS.steps[:-1]}, "has no step of kind decommission"),
        ({"steps": (*DOCUMENTS.steps, DOCUMENTS.steps[-1])}, "step remove-incumbent stands twice"),
        ({"roll_back": step()}, "roll_back is a step of kind copy; allowed is roll-back"),
        (
            {"parameters": (*DOCUMENTS.parameters, replace(DOCUMENTS.parameters[0], name="UNUSED"))},
            "parameter UNUSED is used by no command",
        ),
        (
            {"parameters": (*DOCUMENTS.parameters, replace(DOCUMENTS.parameters[0], name="ADMIN_PASSWORD"))},
            "parameter ADMIN_PASSWORD would hold a secret",
        ),
    ],
)
def test_a_move_that_breaks_a_rule_is_refused(changes, says):
    with pytest.raises(MoveError, match=says):
        replace(DOCUMENTS, **changes)


@pytest.mark.parametrize(
    ("argv", "by"),
    [
        (("mongodump", "-p", "x"), "-p"),
        (("mongodump", "--uri=mongodb://user:pass@host/"), "a URL with a password"),
        (("valkey-cli", "-a", "x"), "-a"),
        (("aws", "docdb", "create-db-cluster", "--master-user-password", "x"), "--master-user-password"),
        (("aws", "secretsmanager", "put-secret-value", "--secret-string", "x"), "--secret-string"),
        (("aws", "secretsmanager", "put-secret-value", "--secret-string=x"), "--secret-string"),
        (("curl", "--user", "a:b", "https://host/"), "--user"),
        (("curl", "--header", "Authorization: Basic YTpi"), "a header"),
        (("kubectl", "create", "secret", "generic", "x", "--from-literal=a=b"), "--from-literal"),
        (("valkey-cli", "-h", "host", "-p", "6379"), ""),
        (("aws", "secretsmanager", "put-secret-value", "--secret-string", "file:///dev/stdin"), ""),
        (("aws", "secretsmanager", "describe-secret", "--secret-id", "alphacar/dev/x"), ""),
        (("curl", "--config", "/move/source.curl", "--header", "content-type: application/json"), ""),
        (("valkey-cli", "--tls", "--user", "alphacar-move"), ""),
    ],
    ids=str,
)
def test_a_secret_among_arguments_is_seen_and_a_file_s_name_is_none(argv, by):
    assert secret_in(argv) == by


@pytest.mark.parametrize(
    ("argv", "fails"),
    [
        (("jq", "--exit-status", "."), True),
        (("jq", "."), False),
        (("kubectl", "--context", "x", "wait", "--for=condition=Ready", "pod/a"), True),
        (("kubectl", "get", "pods"), False),
        (("python", "-m", "migration", "verify", "prod", "cache"), True),
        (("python", "-m", "migration", "plan", "prod"), False),
        (("aws", "eks", "describe-addon"), False),
    ],
    ids=str,
)
def test_what_cannot_fail_verifies_nothing(argv, fails):
    assert can_fail(command(URL, *argv)) is fails

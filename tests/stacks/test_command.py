"""Every command line alike: a line for what is refused, 2 for the code, files whole or untouched, and no traceback."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stacks import command
from stacks.command import app, refuse, write, write_atomically
from tests.commands import give
from tools.aws_api import __main__ as aws_api
from tools.aws_api.generate import Table

ROOT = Path(__file__).parent.parent.parent
#: Entry points that are no command of the project's, and what they are.
OTHERS = {
    "preview.program.host": "is started by the preview with a job, by the Python of somebody's program",
    "preview.packs.forked": "is started by the preview, with open files as arguments",
    "migration.verification.walk": "runs in a Job that mounts a claim, with the two arguments that the Job gives",
    "components.stores.rotator.run": "runs in a pod that has nothing of this repository",
    "components.stores.snapshotter.run": "runs in a pod that has nothing of this repository",
    "tools.aws.trim": "is run by tools/aws/build.sh, as a file, before anything is installed",
}
#: What each command line is told that it must refuse; every one is told an unknown option as well, in a process.
WRONG = {
    "preview": [["dev", "--today", "yesterday"], ["dev", "--format", "pdf"], ["nowhere"], ["dev\x1b[2J"], []],
    "preview.baseline": [["--today", "2026-02-30"], ["nowhere"]],
    "preview.sbom": [["nowhere"], ["dev", "--today", "2026-02-30"]],
    "preview.docs": [["--today", "yesterday"]],
    "preview.night": [["nowhere"], ["dev", "--today", "yesterday"], ["dev", "--horizon", "0"], []],
    "preview.note": [["nowhere"], ["--from", "/nowhere"]],
    "pricing": [["-", "--today", "yesterday"], ["/nowhere"], ["-", "--format", "pdf"], []],
    "provider.generate": [["nowhere"]],
    "pricing.book": [["check", "--today", "2026-2-3"], ["refresh", "--only", "moon/"], ["refersh"], []],
    "pricing.usage": [["nowhere"], ["--source", "moon"], []],
    "stacks.commands": [["pervew"], ["explain", "dev"], ["what-if"], ["completion", "fish"], ["help", "nowhere"]],
    "stacks.commands.environment": [
        ["new", "qa"],
        ["new", "qa", "--from", "prdo"],
        ["new", "QA", "--from", "dev"],
        ["new", "dev", "--from", "prod"],
        ["derive", "qa"],
        [],
    ],
    "stacks.schema": [["nowhere"]],
    "deploy": [["nowhere"], ["dev", "--save", "a", "--plan", "b"], ["dev", "--save", "a", "--yes"], []],
    "bootstrap.check": [["nowhere"], []],
    "bootstrap.generate": [["nowhere"]],
    "tools.iam": [["/nowhere", "/nowhere"], []],
    "tools.component_reference": [["nowhere"]],
    "tools.aws_api": [["nowhere"]],
    "migration": [
        ["plan", "nowhere"],
        ["status", "dev", "--today", "yesterday"],
        ["plan", "dev", "--format", "pdf"],
        ["inventory", "/nowhere"],
        ["inventory"],
        ["inventory", "-", "--format", "pdf"],
        ["nowhere"],
        [],
    ],
    "migration.seed": [["nowhere"], []],
    "recovery": [
        ["drill", "nowhere", "documents"],
        ["drill", "dev", "documnets"],
        ["drill", "dev", "documents", "--plan", "/nowhere"],
        ["canary", "dev", "cache"],
        ["collect", "dev", "documents", "--plan", "/nowhere"],
        ["ages", "nowhere"],
        ["ages", "dev", "--today", "yesterday"],
        ["ages", "dev", "--format", "pdf"],
        ["drill"],
        ["nowhere"],
        [],
    ],
}


def entry_points():
    """Every module that runs as a program; tests and benchmarks aside, and what the engine starts."""
    rooms = [each for each in ROOT.iterdir() if each.name[0] != "." and each.name not in ("tests", "benchmarks")]
    for path in (path for room in rooms for path in ([room] if room.suffix == ".py" else sorted(room.rglob("*.py")))):
        place = path.relative_to(ROOT)
        asked = [ast.unparse(node.test) for node in ast.parse(path.read_text()).body if isinstance(node, ast.If)]
        if "__name__ == '__main__'" in asked:
            yield ".".join(place.with_suffix("").parts).removesuffix(".__main__")


def run(module, *arguments, cwd=ROOT):
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"}
    asked = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(asked, cwd=cwd, env=bare, capture_output=True, text=True, check=False, timeout=300)


def test_every_command_line_is_tried_here():
    assert set(entry_points()) == WRONG.keys() | OTHERS.keys()


@pytest.mark.parametrize(
    ("module", "arguments"),
    [(module, each) for module, wrong in WRONG.items() for each in wrong],
    ids=lambda value: value if isinstance(value, str) else " ".join(map(repr, value)) or "nothing",
)
def test_what_is_refused_is_told_in_one_line(module, arguments):
    assert_refused(give(module, *arguments))


@pytest.mark.parametrize("module", WRONG)
def test_an_unknown_option_ends_its_process_in_one_line(module):
    assert_refused(run(module, "--no-such-option"))


def assert_refused(done):
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.isprintable()


def test_a_day_is_read_alike_by_every_command_line():
    asked = (("preview", "dev"), ("preview.baseline",), ("preview.docs",), ("pricing", "-"), ("pricing.book", "check"))

    told = {give(*command_line, "--today", "20261123").stderr for command_line in asked}

    assert told == {"error: --today: '20261123' is refused; allowed is a date such as 2026-11-23\n"}


@pytest.mark.parametrize(
    ("module", "arguments", "blocked"),
    [
        # Pages and reports are tried where they are written: tests/preview.
        ("stacks.schema", (), "stacks/schema.json"),
        ("preview.baseline", ("dev", "--today", "2026-11-23"), "stacks/baseline.dev.json"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line(checkout, module, arguments, blocked):
    # A folder in a file's place stops root as well.
    (checkout / blocked).unlink()
    (checkout / blocked).mkdir()

    done = run(module, *arguments, cwd=checkout)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert "cannot be written" in line
    assert Path(blocked).name in line


def test_the_generator_tells_what_it_cannot_write(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(aws_api, "made", Table)
    monkeypatch.setattr(aws_api, "page", lambda *_: "")
    monkeypatch.setattr(aws_api, "TABLE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["tools.aws_api"])

    with pytest.raises(SystemExit, match="2"):
        app(aws_api.main)
    assert capsys.readouterr().err == f"error: {tmp_path}: cannot be written (Is a directory)\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://me:hunter2@host/x", "https://[hidden]@host/x"),
        ("cannot read 'git+ssh://me:hun/t@er2@host/x'", "cannot read 'git+ssh://[hidden]@host/x'"),
        ("http://host/x?token=hunter2 and more", "http://host/x?[hidden] and more"),
        ("me@host and http://host:80/x@2", "me@host and http://[hidden]@2"),
        ("me:word@host, file:/a?b=c", "me:word@host, file:/a?b=c"),
        ("http://host:80/x", "http://host:80/x"),
    ],
)
def test_no_refusal_repeats_what_an_address_says_of_who_asks(typed, told, capsys):
    with pytest.raises(SystemExit):
        refuse(typed)

    assert capsys.readouterr().err == f"error: {told}\n"


def test_what_is_refused_cannot_steer_a_terminal(capsys):
    with pytest.raises(SystemExit) as left:
        refuse("a \x1b[31mred\x07 \u202eeldritch\u2028 name: 한국어\nand another\r")

    assert left.value.code == 2
    assert capsys.readouterr().err == (
        "error: a \\x1b[31mred\\x07 \\u202eeldritch\\u2028 name: 한국어\nerror: and another\\r\n"
    )


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "report.md"
    file.write_text("before")
    file.chmod(0o600)

    def refusing(new):
        assert new.read_text() == "after"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_atomically(file, "after", check=refusing)
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "after \udc80")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("before", [file])

    write_atomically(file, "after")
    assert (file.read_text(), file.stat().st_mode & 0o777, list(tmp_path.iterdir())) == ("after", 0o600, [file])

    monkeypatch.setattr(os, "fsync", lambda _handle: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_atomically(file, "more")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("after", [file])


def test_a_new_file_is_readable_by_all_and_a_missing_folder_is_told(tmp_path, capsys):
    write(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o644

    with pytest.raises(SystemExit):
        write(tmp_path / "none" / "new", "x", called="--output: new")
    assert capsys.readouterr().err == "error: --output: new: cannot be written (No such file or directory)\n"


@pytest.mark.parametrize(
    ("main", "code", "told"),
    [
        (lambda: None, 0, ""),
        (lambda: 1, 1, ""),
        (lambda: refuse("no\n"), 2, "error: no\n"),
        (lambda: refuse("stale", 1), 1, "error: stale\n"),
        (lambda: {}["x"], 2, "error: the trial itself failed: KeyError at test_command.py:"),
        (lambda: (_ for _ in ()).throw(KeyboardInterrupt), 130, ""),
    ],
)
def test_a_command_ends_with_its_code_and_a_mistake_of_its_own_is_one_line(monkeypatch, capsys, main, code, told):
    monkeypatch.setattr(sys, "argv", ["trial"])

    with pytest.raises(SystemExit) as left:
        app(main, "the trial")

    assert left.value.code == code
    said = capsys.readouterr().err
    assert said.startswith(told)
    assert said.count("\n") == bool(told)


def test_a_command_needs_no_library_before_it_runs():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, stacks.command; print(*sorted(sys.modules))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert not {"typer", "pydantic", "rich", "pulumi"} & {name.partition(".")[0] for name in done.stdout.split()}
    assert command.BAD_INPUT == 2

"""``lz``: a word starts one module with the arguments that it takes, and the wrapper finds its checkout from anywhere."""

import os
import re
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from stacks.commands import __main__ as lz
from stacks.commands.completion import answers
from stacks.commands.words import OWN, WORDS, UsageError, names
from stacks.environments import stack_names
from tests.commands import give

ROOT = Path(__file__).parent.parent.parent.parent
BY_NAME = {word.name: word for word in WORDS}


def run(*arguments, program=ROOT / "lz", cwd=ROOT, **environment):
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment}
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=bare, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_word_starts_a_module_that_is_there(word):
    assert find_spec(word.module)


@pytest.mark.parametrize(
    ("word", "given", "arguments"),
    [
        ("preview", ["dev", "--format", "json"], ["dev", "--format", "json"]),
        ("explain", ["dev", "documents"], ["dev", "--explain", "documents"]),
        ("explain", ["dev", "logs", "--format", "json"], ["dev", "--explain", "logs", "--format", "json"]),
        ("what-if", ["dev", "a=1", "b=2"], ["dev", "--what-if", "a=1", "--what-if", "b=2"]),
        ("recommend", ["dev"], ["dev", "--recommend"]),
        ("diff", ["dev", "main", "--output", "x"], ["dev", "--against", "main", "--output", "x"]),
        ("reconcile", ["dev", "a.csv", "b.csv"], ["dev", "--reconcile", "a.csv", "--reconcile", "b.csv"]),
        ("explain", ["--help"], ["--help"]),
    ],
)
def test_what_follows_a_word_becomes_its_module_s_arguments(word, given, arguments):
    assert BY_NAME[word].arguments(given) == arguments


@pytest.mark.parametrize(
    ("word", "given"),
    [
        ("explain", []),
        ("explain", ["dev"]),
        ("explain", ["dev", "logs", "traces"]),
        ("what-if", ["dev"]),
        ("what-if", ["--today", "2026-11-23"]),
        ("recommend", []),
        ("diff", ["dev", "--output"]),
        ("reconcile", ["dev"]),
    ],
)
def test_what_a_word_cannot_do_without_is_asked_for(word, given):
    with pytest.raises(UsageError):
        BY_NAME[word].arguments(given)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pervew"], "error: lz: 'pervew' is no command; did you mean preview?\n"),
        (["migrat"], "error: lz: 'migrat' is no command; did you mean migrate?\n"),
        (["zzz"], f"error: lz: 'zzz' is no command; allowed are {', '.join(names())}\n"),
        (["explain", "dev"], "error: lz explain: wanted is lz explain STACK SUBJECT\n"),
        (["preview", "prdo"], f"error: STACK: 'prdo' has no stack file; stacks are {', '.join(stack_names())}\n"),
        (["completion"], "error: lz completion: wanted is lz completion bash or zsh\n"),
    ],
)
def test_what_is_no_command_is_told_in_one_line(arguments, told):
    done = give("stacks.commands", *arguments)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_the_list_names_every_command_with_what_it_does():
    done = give("stacks.commands")

    assert done.returncode == 0
    assert re.findall(r"^  ([a-z-]+) +\S", done.stdout, re.MULTILINE) == names()
    assert lz._help("explain").startswith("lz explain STACK SUBJECT\n")
    assert set(OWN) <= set(names())


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (["pre"], ["preview"]),
        (["preview", ""], stack_names()),
        (["explain", "pr"], ["prod"]),
        (["environment", ""], ["derive", "new"]),
        (["migrate", "s"], ["sign", "status"]),
        (["migrate", "plan", "d"], ["dev"]),
        (["preview", "dev", "--what"], ["--what-if"]),
        (["migrate", "plan", "dev", "--to"], ["--today"]),
        (["completion", ""], ["bash", "zsh"]),
        (["nowhere", ""], []),
    ],
)
def test_what_is_typed_is_completed_from_the_commands_themselves(typed, completed):
    assert answers(typed) == completed


def test_bash_takes_the_completion():
    script = f'source <({ROOT}/lz completion bash); COMP_WORDS=({ROOT}/lz preview p); COMP_CWORD=2; _lz; echo "${{COMPREPLY[*]}}"'

    assert subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout == "prod\n"  # noqa: S607


@pytest.fixture
def linked(tmp_path):
    """A link to a link to the command, in a folder with a module that is in the way."""
    (tmp_path / "typer.py").write_text("raise SystemExit('taken from the wrong folder')")
    (tmp_path / "first").symlink_to(ROOT / "lz")
    (tmp_path / "second").symlink_to("first")
    return tmp_path


def test_it_works_from_any_folder_and_through_links(linked):
    done = run("schema", "--check", program=linked / "second", cwd=linked, CDPATH="/tmp")  # noqa: S108

    assert (done.returncode, done.stdout, done.stderr) == (0, "schema.json: fresh\n", "")


@pytest.mark.parametrize("half", ["nothing", "no libraries", "no interpreter"])
def test_without_an_environment_it_says_how_to_install_one(tmp_path, half):
    (tmp_path / "lz").write_bytes((ROOT / "lz").read_bytes())
    (tmp_path / "lz").chmod(0o755)
    if half != "nothing":
        (tmp_path / ".venv" / "bin").mkdir(parents=True)
        target = "/nowhere/python" if half == "no interpreter" else os.path.realpath("/bin/sh")
        (tmp_path / ".venv" / "bin" / "python").symlink_to(target)
    if half == "no interpreter":
        (tmp_path / ".venv" / ".runtime").touch()

    done = run("preview", "dev", program=tmp_path / "lz", cwd="/")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {tmp_path} has no installed .venv; install it with: make -C {tmp_path} preview\n"


@pytest.mark.parametrize(
    "program", [[ROOT / "lz", "preview", "dev"], [ROOT / ".venv/bin/python", "-m", "preview", "dev"]]
)
@pytest.mark.parametrize("early", [True, False])
def test_an_interrupt_ends_it_without_a_traceback(program, early):
    """As soon as it has a process of its own libraries, and while it previews."""
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    # What a shell starts in the background ignores interrupts, and hands that on; a terminal does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    started = subprocess.Popen(program, cwd=ROOT, env=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    awaited = "/yaml/" if early else "grpc"
    ends = time.monotonic() + 60
    while awaited not in Path(f"/proc/{started.pid}/maps").read_text() and time.monotonic() < ends:
        os.sched_yield()
    started.send_signal(signal.SIGINT)
    out, told = started.communicate(timeout=60)

    assert "Traceback" not in told
    assert out == ""
    assert started.returncode in (130, -signal.SIGINT)

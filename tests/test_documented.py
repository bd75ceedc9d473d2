"""Every command that a page shows is one: known, with options that it has; and it runs here, or it is said why not."""

import ast
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.commands import give
from tests.documented import MAKEFILE, PAGES, ROOT, of_module, parse, shown, starts_as_others, unknown_words, words

#: Each command once, as words, and where it stands.
COMMANDS = {}
for page, text in PAGES.items():
    for each in shown(text):
        COMMANDS.setdefault(tuple(words(each)), f"{page}: {each}")

#: Why a command is not run here: what it begins with, and the reason. Each is parsed all the same.
FORM = "a form, of which others are examples"
NOT_HERE = {
    FORM: (
        *(".venv/bin/python -m preview", ".venv/bin/python -m preview --program PATH"),
        *("make preview", ".venv/bin/python -m migration verify", ".venv/bin/python -m pricing.book"),
    ),
    "it asks AWS, or wants a key or a role there": (
        *(
            ".venv/bin/python -m migration sign",
            "./lz book refresh",
            "make up",
            "make bootstrap",
        ),
        ".venv/bin/python -m migration.seed",
    ),
    "it restores a store of AWS's or a cluster's; tests/recovery, tests/kube and tests/rehearsal/recovery play them": (
        *(f".venv/bin/python -m recovery {word}" for word in ("canary", "drill", "collect")),
        "./lz drill",
    ),
    "it asks servers on both sides, a Prometheus or AWS": (
        *(".venv/bin/python -m migration verify dev", ".venv/bin/python -m pricing.usage"),
    ),
    "it takes evidence that is not here; tests/rehearsal writes the walkthrough by these": (
        *(".venv/bin/python -m migration approve", ".venv/bin/python -m migration inventory cluster.yaml"),
        ".venv/bin/python -m migration inventory FILES",
    ),
    "it takes a reader's own file; tests/pricing and tests/preview/questions give it theirs": (
        *(".venv/bin/python -m pricing NAME.json", ".venv/bin/python -m preview prod --reconcile"),
        "./lz book compare --renew",
    ),
    "it takes a program and a Python of a reader; tests/preview/program runs it": (
        ".venv/bin/python -m preview --program",
    ),
    "it needs Go, npm, a Chromium, Airflow or the charts' archives": (
        *("make engine", "make test-engine", "make test-aws", "make charts", "make kyverno"),
        *("make kube", "make airflow", "make browser", "make rehearse", ".venv/bin/python -m tests.charts.pull"),
        ".venv/bin/python -m tests.browser.picture",
        *(".venv/bin/python -m tests.engine.standins", ".venv/bin/python -m tests.rehearsal"),
        *(".venv/bin/python -m pytest tests/aws", ".venv/bin/python -m pytest tests/kube"),
        *(".venv/bin/python -m pytest tests/kyverno", ".venv/bin/python -m pytest tests/charts"),
    ),
    "it is the tests themselves, or runs them": (
        *("make check", "make test", "make demands", "make format", ".venv/bin/python -m pytest tests/observability"),
    ),
    "it installs, as tests/test_install.py and tests/test_wheel.py do": ("make preview STACK", "make wheel"),
    "it records every stack; the tests of what it writes do the same in process": (
        *(
            ".venv/bin/python -m preview.docs",
            "./lz baseline",
            ".venv/bin/python -m tests.golden",
        ),
        *(".venv/bin/python -m bootstrap.generate", ".venv/bin/python -m tools.aws_api"),
        "./lz book check",
    ),
    "it measures for minutes": (".venv/bin/python benchmarks/",),
    "tests/stacks/test_environments.py runs it in a copy": (
        "./lz environment",
        ".venv/bin/python -m stacks.commands.environment",
    ),
    "tests/preview/note runs it, with and without a forge": (".venv/bin/python -m preview.note", "./lz note"),
    "tests/test_readme.py runs it": ("./lz explain", "./lz what-if", "./lz recommend", "./lz migrate"),
}
#: What is run in a copy, because it writes where it stands.
WRITES = {"stacks.schema", "migration render", "provider.generate"}
#: Another question that is the same with another word, and the one of them that runs.
ALIASES = {
    ".venv/bin/python -m preview dev --recommend": "./lz recommend prod",
    ".venv/bin/python -m preview dev --explain cache": "./lz explain prod documents",
    ".venv/bin/python -m preview dev --format json": ".venv/bin/python -m preview dev",
    ".venv/bin/python -m migration plan dev": ".venv/bin/python -m migration plan prod",
}


def begins(command, start):
    """Word by word, but for a start that ends inside one."""
    return command == start or command.startswith(start if start.endswith(("/", "STACK")) else f"{start} ")


def why_not(command):
    """The reason of the longest start that fits, or nothing."""
    told = [(len(start), reason) for reason, starts in NOT_HERE.items() for start in starts if begins(command, start)]
    # A form is that word alone.
    told = [each for each in told if each[1] != FORM or each[0] == len(command)]
    return max(told)[1] if told else ""


RUN = sorted(command for command in map(" ".join, COMMANDS) if not why_not(command) and command not in ALIASES)


def test_pages_show_commands():
    assert len(COMMANDS) > 60
    assert {each.split()[0] for each in map(" ".join, COMMANDS)} >= {"make", "./lz", ".venv/bin/python"}
    assert len(RUN) > 8


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_is_known_with_all_its_options(command):
    first, *rest = command
    if first == "make":
        targets = [word for word in rest if "=" not in word]
        assert all(re.search(rf"^{re.escape(each)}:", MAKEFILE, re.MULTILINE) for each in targets), COMMANDS[command]
        assert all(f"$({word.partition('=')[0]}" in MAKEFILE for word in rest if "=" in word), COMMANDS[command]
    elif found := of_module(list(command)):
        module, arguments = found
        if module == "pytest":
            files = [each for each in arguments if not each.startswith("-")]
            assert all((ROOT / each).exists() for each in files)
            assert unknown_words((ROOT / "tests" / "conftest.py").read_text(), arguments) == []
        elif starts_as_others(module):
            said = parse(module, arguments)
            assert said == "" or (said.startswith("Missing") and why_not(" ".join(command)) == FORM), COMMANDS[command]
        else:
            path = ROOT / module.replace(".", "/")
            source = (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
            assert unknown_words(source, arguments) == [], COMMANDS[command]
    elif first.endswith("python"):
        assert unknown_words((ROOT / rest[0]).read_text(), rest) == [], COMMANDS[command]
    else:
        assert rest in ([], ["help"]), COMMANDS[command]


@pytest.mark.parametrize(
    ("module", "typed", "line"),
    [
        ("preview", ["prod", "--languge", "ko"], "No such option: --languge"),
        ("preview", ["prod", "--lang"], "Option '--lang' requires an argument"),
        ("migration", ["plam", "prod"], "No such command 'plam'"),
        ("pricing.book", ["check", "--dry"], "No such option: --dry"),
        ("stacks.schema", ["now"], "Got unexpected extra argument"),
    ],
)
def test_a_mistyped_command_is_none(module, typed, line):
    assert line in parse(module, typed)


def test_what_a_page_shows_is_read_from_blocks_spans_and_continued_lines():
    page = "Give `make check` or `./lz note --lang ko`:\n\n    $ .venv/bin/python -m preview prod \\\n        --quiet  # short\n    ls\n\n"
    page += "```\nA=b make preview STACK=...\nmaker\n```\n"

    assert list(shown(page)) == [
        "make check",
        "./lz note --lang ko",
        ".venv/bin/python -m preview prod --quiet",
        "A=b make preview STACK=...",
    ]
    assert words("A=b make preview STACK=...") == ["make", "preview", "STACK=dev"]


def test_every_reason_is_needed():
    given = list(map(" ".join, COMMANDS))

    assert [
        start for starts in NOT_HERE.values() for start in starts if not any(begins(each, start) for each in given)
    ] == []
    assert [each for each in ALIASES if each not in given] == []


@pytest.mark.parametrize("command", sorted({shlex.join(each) for each in COMMANDS if each[0] == "make"}))
def test_make_would_do_it(command):
    asked = ["make", "-n", *shlex.split(command)[1:]]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project as git knows it, to be written in."""
    folder = tmp_path_factory.mktemp("copy")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("command", RUN)
def test_a_command_of_a_page_runs(command, copy):
    module, arguments = of_module(command.split())
    if any(f"{module} {' '.join(arguments)}".strip().startswith(each) for each in WRITES):
        before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
        asked = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            asked,
            cwd=copy,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        # What is written here is what is written there.
        assert {path for path, content in before.items() if path.read_bytes() != content} == set()
    else:
        done = give(module, *arguments)

        assert done.stdout
    assert (done.returncode, done.stderr) == (0, "")


#: What people are told to run by its word, and by nothing else.
BY_WORD = re.compile(r"python -m (?:pricing\.book (?:check|refresh|compare)|preview\.baseline)")


def test_people_are_told_the_one_command_of_the_book_and_of_the_baseline():
    told = {page: text for page, text in PAGES.items() if "/adr-" not in page}
    for path in (path for room in ("policy", "preview", "pricing", "stacks") for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text())
        # A program's own first line says which module it is.
        tree.body = tree.body[1:] if ast.get_docstring(tree) else tree.body
        told[str(path)] = "\n".join(str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    told |= {path.name: path.read_text() for path in (ROOT / "stacks").glob("Pulumi.*.yaml")}

    assert len(told) > 300
    assert [name for name, text in told.items() if BY_WORD.search(text)] == []

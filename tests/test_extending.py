"""The table of ten tasks: few files each, for every file what fails until it is done, and nothing that is not there."""

import re
from pathlib import Path

import pytest

from stacks.commands.words import names
from tests.test_guides import exists

ROOT = Path(__file__).parent.parent
SECTION = (ROOT / "docs" / "extending.md").read_text().partition("\n## Ten tasks\n")[2].partition("\n## ")[0]
TASKS = (
    "add an alarm",
    "change the database class",
    "refuse an AWS type",
    "add a price",
    "add an environment",
    "add a column to the report",
    "waive a rule in the cluster",
    "bump a chart",
    "add a bill line",
    "add a migration step",
)
MOST_FILES = 3


def rows(heading):
    """The cells of the table whose first heading is ``heading``, a row each."""
    lines = SECTION[SECTION.index(f"| {heading} |") :].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


COMMANDS = {word: re.findall(r"`([^`]+)`", command) for word, command, _ in rows("word")}
TABLE = {task: (re.findall(r"`([^`]+)`", edit), anew, fails) for task, edit, anew, fails in rows("task")}


def can_be_given(command):
    if command.startswith("./lz "):
        return command.split()[1] in names()
    module = re.fullmatch(r"\.venv/bin/python -m ([\w.]+)( [\w-]+)*", command)[1]
    place = ROOT / module.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


def test_the_tasks_are_these_ten():
    assert tuple(TABLE) == TASKS


@pytest.mark.parametrize("task", TABLE)
def test_a_task_is_three_files_at_most_and_each_is_there(task):
    files, _, _ = TABLE[task]

    assert 1 <= len(set(files)) == len(files) <= MOST_FILES
    assert [file for file in files if not exists(file)] == []


@pytest.mark.parametrize("task", TABLE)
def test_for_every_file_a_test_or_a_command_fails_until_it_is_done(task):
    files, _, fails = TABLE[task]
    checks = [re.fullmatch(r"`([^`]+)`", check.strip())[1] for check in fails.split(";")]

    assert len(checks) == len(files)
    for check in checks:
        if check.startswith(".venv"):
            assert can_be_given(check), check
        else:
            assert re.search(r"^def test_", (ROOT / check).read_text(), re.MULTILINE), check


@pytest.mark.parametrize("task", TABLE)
def test_what_is_written_anew_has_a_command_and_is_edited_by_nobody(task):
    files, anew, _ = TABLE[task]
    generated = [place for *_, writes in rows("word") for place in re.findall(r"`([^`]+)`", writes)]

    assert set(anew.split(", ")) - {""} <= COMMANDS.keys()
    assert not set(files) & set(generated)


@pytest.mark.parametrize("word", COMMANDS)
def test_a_command_that_writes_anew_can_be_given(word):
    (command,) = COMMANDS[word]

    assert can_be_given(command)

"""The pages of settings and of commands leave out nothing that can be typed, and the picture of the target no decision."""

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from policy.ledger.decide import decide
from preview.docs.commands_page import _command, commands_page
from preview.docs.settings_page import settings_page
from preview.docs.target_picture import draw_target
from stacks.commands.words import WORDS
from stacks.environments import stack_names
from tests.conftest import TODAY, landing_of

ROOT = Path(__file__).parent.parent.parent.parent
SETTINGS = settings_page()
ROWS = dict(re.findall(r"^\| `([\w.:\[\]]+)` \| (.*) \|$", SETTINGS, re.MULTILINE))


def keys(node, path):
    """The keys that a stack file types, names of its own as NAME and entries of a list as []."""
    if isinstance(node, dict) and node:
        for name, inner in node.items():
            yield from keys(inner, f"{path}.{name}" if path else name)
    elif isinstance(node, list) and node and isinstance(node[0], dict):
        for each in node:
            yield from keys(each, f"{path}[]")
    else:
        yield path


def known(path):
    """Whether the page has a row for ``path``, one of whose steps may be a name of its own, or for the mapping it is in."""

    def row(of):
        pattern = r"\.".join(rf"(?:{re.escape(step)}|NAME)" for step in of.split("."))
        return next((text for key, text in ROWS.items() if re.fullmatch(pattern, key)), "")

    return bool(row(path)) or "mapping" in row(path.rpartition(".")[0])


@pytest.mark.parametrize("stack", stack_names())
def test_every_key_that_a_stack_file_types_has_a_row(stack):
    assert [path for path in keys(landing_of(stack), "") if not known(path)] == []


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("backup.retentionDays", "days"),
        ("search.domains.NAME.volumeGb", "GB"),
        ("budget.usdPerMonth", "USD a month"),
        ("network.flowLogRetentionDays", "`30`"),
        ("cache.replicas", "whole number, 0 to 5"),
        ("exceptions[].expires", "required"),
    ],
)
def test_a_row_says_unit_default_and_bounds(key, row):
    assert row in [cell.strip() for cell in ROWS[key].split(" | ")]


def test_every_row_says_what_its_setting_does():
    assert [key for key, row in ROWS.items() if row.endswith("| ")] == []
    assert len(ROWS) == SETTINGS.count("\n| `")


@pytest.mark.parametrize("module", sorted({word.module for word in WORDS}))
def test_every_command_and_each_of_its_options_is_on_the_page(module):
    page = commands_page()
    said = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        env={"COLUMNS": "200", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for word in (each for each in WORDS if each.module == module):
        assert f"## lz {word.name}\n" in page
    for option in set(re.findall(r"^\W*(--[a-z-]+)", said, re.MULTILINE)) - {"--help"}:
        assert f"`{option}" in page


def test_the_picture_shows_every_decision_and_follows_it(settings):
    pictures = [draw_target(list(decide(settings(stack), TODAY).values())) for stack in ("prod", "dev")]
    said = [text.text for text in ET.fromstring(pictures[0]).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - written here

    assert {decision.row.capability for decision in decide(settings("prod"), TODAY).values()} <= set(said)
    assert {"documentdb", "elasticache", "eks", "prometheus"} <= set(said)
    loki = settings(
        "prod",
        {
            "volumes.logGbPerMonth": [
                {"window": "2026-10", "value": 500, "source": "a test", "measuredOn": "2026-11-02"}
            ]
        },
    )
    assert ">loki<" in draw_target(list(decide(loki, TODAY).values()))


def test_a_capability_without_a_lane_is_told(settings):
    with pytest.raises(ValueError, match="no lane for documents"):
        draw_target([each for each in decide(settings("prod"), TODAY).values() if each.row.capability != "documents"])


def promised(module):
    """What a program and each of its commands say of themselves."""
    package = ROOT / module.replace(".", "/")
    text = (package / "__main__.py" if package.is_dir() else package.with_suffix(".py")).read_text()
    command = _command(module)
    return [
        ast.get_docstring(ast.parse(text)),
        *(each.help or "" for each in getattr(command, "commands", {}).values()),
    ]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_command_that_says_when_it_ends_with_1_says_so_on_the_page(word):
    said = any(re.search(r"\b1 (when|where|with|red)\b", text) for text in promised(word.module))
    section = commands_page().partition(f"\n## lz {word.name}\n")[2].partition("\n## ")[0]

    assert ("\nExit code 1: " in section) is (said or word.module in ("migration", "preview"))


def test_the_note_s_codes_are_those_of_what_it_is_about():
    section = commands_page().partition("\n## lz note\n")[2].partition("\n## ")[0]

    assert "\nExit code 1: an environment is blocked; 2 also where one is not known." in section

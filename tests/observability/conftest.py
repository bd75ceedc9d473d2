from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "observability"
#: What is no metric: text, matchers, ranges, and the labels an operator or an aggregation names.
BESIDE = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)')
WORDS = {"and", "or", "unless", "offset", "bool"}


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def rules():
    """Every rule of every file, recording ones too."""
    return [
        rule
        for path in sorted((FOLDER / "rules").glob("*.yaml"))
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]


@pytest.fixture(scope="session")
def alerts(rules):
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


@pytest.fixture(scope="session")
def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "dashboards").glob("*.json"))}


@pytest.fixture(scope="session")
def panels(dashboards):
    return [(name, panel) for name, dashboard in dashboards.items() for panel in dashboard["panels"]]


@pytest.fixture(scope="session")
def exporters():
    """The dated table of metrics and what produces them."""
    return yaml.safe_load((FOLDER / "exporters.yaml").read_text())


@pytest.fixture(scope="session")
def recorded(rules):
    """What a recording rule's name stands for."""
    return {rule["record"]: names(rule["expr"]) for rule in rules if "record" in rule}


@pytest.fixture(scope="session")
def metrics(recorded):
    """The metrics an expression reads, seen through what is recorded."""

    def read(expression: str) -> set[str]:
        return {metric for name in names(expression) for metric in recorded.get(name, {name})}

    return read


def names(expression: str) -> set[str]:
    """Identifiers of a PromQL expression that are neither functions, keywords nor labels."""
    found = re.findall(r"(?<![\w.:])([a-zA-Z_:][\w:]*)\b(?!\s*\()", BESIDE.sub(" ", expression))
    return set(found) - WORDS

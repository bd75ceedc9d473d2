"""Cases that nobody here made: what AWS refused, by other people's reports, and what it accepts although it looks wrong."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.resource import UNKNOWN
from tests.policy.guardrails.aws_api.plainly import resource, violations

TABLE = Path(__file__).with_name("outside_cases.yaml")
AT_LEAST = 0.95


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    name: str
    source: str
    token: str
    props: dict[str, Any]
    reason: str

    def found(self) -> list[str]:
        return [finding.message for finding in violations(resource(self.token, self.props, self.name))]


def written_out(value: Any) -> Any:
    """A value of the table with its long texts and unknowns in full."""
    if isinstance(value, dict):
        return {key: written_out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [written_out(item) for item in value]
    if value == "<unknown>":
        return UNKNOWN
    if isinstance(value, str):
        return re.sub(r"<(\w) x (\d+)>", lambda found: found[1] * int(found[2]), value)
    return value


def cases(verdict: str) -> list[Case]:
    """Every line of the table under ``verdict``."""
    lines = yaml.safe_load(TABLE.read_text(encoding="utf-8"))[verdict]
    return [
        Case(name, source, token, written_out(props), reason) for name, (source, token, props, reason) in lines.items()
    ]


def test_the_table_is_as_large_as_it_says():
    assert len(cases("refused")) + len(cases("accepted")) >= 80
    assert len(cases("accepted")) >= 25


def test_at_least_95_in_100_of_what_aws_refused_is_refused():
    refused = cases("refused")
    missed = [f"{case.name} ({case.source}: {case.reason})" for case in refused if not case.found()]

    caught = 1 - len(missed) / len(refused)
    assert caught >= AT_LEAST, f"{caught:.1%} of {len(refused)} are caught; these are not:\n" + "\n".join(missed)


@pytest.mark.parametrize("case", cases("accepted"), ids=lambda case: case.name)
def test_what_aws_accepts_is_accepted(case):
    assert case.found() == []

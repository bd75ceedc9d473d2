"""docs/aws-accepts-it.md: what is judged, by which models, and what is not, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from model import type_tokens
from policy.guardrails.aws_api.documented import DOCUMENTED
from policy.guardrails.aws_api.related import RELATED
from tools.aws_api.generate import Table

INTRODUCTION: Final = Path(__file__).with_name("introduction.md")
#: What every type has, and the provider keeps to itself.
PROVIDERS_OWN: Final = frozenset({"region", "tagsAll", "timeouts"})


def page(found: Table, mapping: Mapping[str, Any]) -> str:
    """The whole page."""
    limits = found.constraints.values()
    introduction = INTRODUCTION.read_text(encoding="utf-8").format(
        botocore=version("botocore"),
        constraints=len(found.constraints),
        patterns=sum("pattern" in each for each in limits),
        enums=sum("enum" in each for each in limits),
        documented=len(DOCUMENTED),
        related=len(RELATED),
    )
    return "\n".join([introduction, *_types(found, mapping), *_unmapped(mapping), *_overrides(mapping)]) + "\n"


def _types(found: Table, mapping: Mapping[str, Any]) -> Iterator[str]:
    yield "## Types"
    yield ""
    yield f"{len(mapping['types'])} types, and {len(mapping['same'])} that are written two ways."
    yield ""
    yield "| type | operations | judged | not judged |"
    yield "|---|---|---|---|"
    for token, operations in sorted(mapping["types"].items()):
        asked = ", ".join(dict.fromkeys(" ".join(each.split()[:2]) for each in operations))
        reasons = {**dict.fromkeys(found.unmatched[token], ""), **found.not_sent.get(token, {})}
        left = ", ".join(
            f"{path} ({why})" if why else path for path, why in sorted(reasons.items()) if path not in PROVIDERS_OWN
        )
        yield f"| {_short(token)} | {asked} | {_leaves(found.types[token])} | {left} |"
    yield ""


def _short(token: str) -> str:
    """``ec2/vpc`` of ``aws:ec2/vpc:Vpc``."""
    return token.removeprefix(type_tokens.AWS_PACKAGE).partition(":")[0]


def _leaves(node: Any) -> int:
    """How many properties of a type keep to a constraint."""
    if isinstance(node, str):
        return 1
    return sum(_leaves(below) for key, below in node.items() if key != "required")


def _unmapped(mapping: Mapping[str, Any]) -> Iterator[str]:
    yield "## Types that no operation stands for"
    yield ""
    yield "| type | why |"
    yield "|---|---|"
    for token, why in sorted(mapping["unmapped"].items()):
        yield f"| {_short(token)} | {why} |"
    yield ""


def _overrides(mapping: Mapping[str, Any]) -> Iterator[str]:
    yield "## Where a model is wrong, or behind AWS"
    yield ""
    yield "| constraint | why | since |"
    yield "|---|---|---|"
    for name, entry in sorted(mapping["overrides"].items()):
        yield f"| {name} | {entry['why']} | {entry['since']} |"
    yield ""
    yield f"Enums that the provider takes in any case: {', '.join(sorted(mapping['anyCase']))}."

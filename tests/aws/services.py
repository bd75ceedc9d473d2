"""Which of the provider's services a type belongs to; known without the provider, which holds these alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

LISTED: Final = frozenset((Path(__file__).parents[2] / "tools" / "aws" / "services").read_text().split())
#: Where the beginning of a token is not the service's own name; the longest beginning counts.
NAMED_OTHERWISE: Final = {
    "cloudwatch/event": "events",
    "cloudwatch/log": "logs",
    "costexplorer/": "ce",
    "ebs/": "ec2",
    "s3/account": "s3control",
    "vpc/": "ec2",
}


def service(token: str) -> str:
    """The provider's name of a type's service: ``logs`` for ``aws:cloudwatch/logGroup:LogGroup``."""
    name = token.removeprefix("aws:")
    beginning = max((each for each in NAMED_OTHERWISE if name.startswith(each)), key=len, default="")
    return NAMED_OTHERWISE.get(beginning, name.partition("/")[0])


def missing(tokens: Iterable[str]) -> list[str]:
    """A line for each type whose service the provider is built without."""
    return [f"{token}: add {service(token)} to tools/aws/services" for token in tokens if service(token) not in LISTED]

"""What AWS sells in Seoul, read from a dated list, so that a class nobody can buy fails before a plan exists."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final, Literal

REGION: Final = "ap-northeast-2"
Service = Literal["ec2", "documents", "cache", "search", "postgres"]


@cache
def classes(service: Service) -> frozenset[str]:
    """Every instance class of ``service`` in Seoul. Source and date stand in ``offered.json``."""
    book = json.loads(Path(__file__).with_name("offered.json").read_text(encoding="utf-8"))
    return frozenset(book["classes"][service])


def sold(service: Service, name: str) -> str:
    """``name`` itself when Seoul sells it. Raises :class:`ValueError` naming the nearest classes otherwise."""
    offered = classes(service)
    if name in offered:
        return name
    family = name.split(".")[1 if name.startswith(("db.", "cache.")) else 0]
    near = sorted(item for item in offered if family in item.split(".")) or sorted(offered)
    raise ValueError(f"{name!r} is not sold in {REGION}; sold are for example {', '.join(near[:6])}")

"""Two sorted streams held together: memory is one item a side, however many there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from migration.verification.kit import Differences
from migration.verification.stores import StoreError


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a store: ``key`` sorts it, ``name`` tells it to people, ``content`` is all that must be equal."""

    key: Any
    name: str
    content: bytes


def joined(source: Iterator[Item], target: Iterator[Item]) -> Iterator[tuple[Item | None, Item | None]]:
    """The items of both, side by side; ``None`` where one side has none. Both must be sorted by ``key``."""
    left, right = next(source, None), next(target, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.key < right.key):
            yield left, None
            left = next(source, None)
        elif left is None or right.key < left.key:
            yield None, right
            right = next(target, None)
        else:
            yield left, right
            left, right = next(source, None), next(target, None)


def ascending(side: str, items: Iterator[Item]) -> Iterator[Item]:
    """``items``, each behind the one before. Raises :class:`StoreError` otherwise: a join would name the wrong ones."""
    before: Item | None = None
    for item in items:
        if before is not None and not before.key < item.key:
            raise StoreError(f"{side}: {item.name} came after {before.name}, in another order than its ids have")
        yield item
        before = item


@dataclass(frozen=True, kw_only=True)
class Both:
    """What two streams came to, source and target: how many items, and one digest over all of them in their order."""

    counts: tuple[int, int]
    digests: tuple[str, str]


def compared(source: Iterator[Item], target: Iterator[Item], named: Differences) -> Both:
    """Read both to their end. Items that differ are named in ``named``."""
    counts, hashes = [0, 0], (hashlib.sha256(), hashlib.sha256())
    for pair in joined(source, target):
        for side, item in enumerate(pair):
            if item is not None:
                counts[side] += 1
                # Lengths first: no two lists of items run together to the same bytes.
                hashes[side].update(len(item.content).to_bytes(8, "big") + item.content)
        left, right = pair
        if left is None or right is None:
            named.add(
                f"{(left or right or _nothing()).name} is missing at the {'source' if left is None else 'target'}"
            )
        elif left.content != right.content:
            named.add(f"{left.name} differs")
    first, second = (f"sha256:{each.hexdigest()}" for each in hashes)
    return Both(counts=(counts[0], counts[1]), digests=(first, second))


def _nothing() -> Item:
    raise AssertionError("a join yields an item of one side at least")

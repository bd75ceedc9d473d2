"""The same questions about another region: its code, and how usage types write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pricing.book.prefixes import PREFIXES
from pricing.book.query import SHORT, Query
from stacks.offered import REGION

#: What is a price between Seoul and a place, or of what Seoul keeps there, and has no like elsewhere.
SEOUL_ONLY: Final = frozenset(
    {
        "transfer/inter-region-to-tokyo-or-virginia",
        "backup/documentdb-warm-storage-tokyo",
        "backup/rds-warm-storage-tokyo",
        "ec2/ebs-snapshot-tokyo",
        "ecr/storage-tokyo",
        "s3/standard-tokyo",
    }
)


def relocated(query: Query, region: str) -> Iterator[Query]:
    """The question about ``region``, once for each way its usage types may be written."""
    seen = set()
    for prefix in PREFIXES[region]:
        values = {REGION: region, query.usagetype: _written(query.usagetype, region, prefix)}
        made = replace(
            query,
            filters=tuple((field, values.get(value, value)) for field, value in query.filters),
            usagetype=values[query.usagetype],
            beyond=tuple((limit, _written(usagetype, region, prefix)) for limit, usagetype in query.beyond),
            region=region,
        )
        if made not in seen:
            seen.add(made)
            yield made


def _written(usagetype: str, region: str, prefix: str) -> str:
    if usagetype.startswith(f"{SHORT}-"):
        return prefix + usagetype.removeprefix(f"{SHORT}-")
    return usagetype.replace(REGION, region)

"""Nodes that run around the clock, for a year promised in advance: only at a rate that the price book has.

A reserved instance of a newer class may cost less than an older one on demand, so the class is part of the purchase.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from policy.economics.recommendations.candidate import Candidate, Change, Purchase, Stack
from policy.economics.recommendations.nodes import NODES_REPLACED, cheapest_of_size, group_of, with_types
from stacks.offered import REGION

ONE_YEAR: Final = "ec2/{}-1yr-no-upfront-standard-RI"
CONSOLE: Final = f"https://{REGION}.console.aws.amazon.com/ec2/home?region={REGION}#ReservedInstances:"


def reserved_candidates(stack: Stack) -> Iterator[Candidate]:
    """One year without prepayment for each group on demand that never sleeps."""
    if stack.settings.off_hours is not None:
        return
    for name, group in sorted(stack.settings.node_groups.items()):
        if group.capacity != "ON_DEMAND" or not group.desired:
            continue
        offered = cheapest_of_size(stack, group, ONE_YEAR)
        best = offered[0] if offered else None
        rate = stack.book.price(ONE_YEAR.format(best)) if best else None
        if best is None or rate is None or stack.rate(f"ec2/{best}") is None:
            continue
        stays = group.instance_types == (best,)
        path = f"nodeGroups.{name}.instanceTypes"
        moved = "" if stays else f", in place of {' or '.join(group.instance_types)} on demand"
        yield Candidate(
            title=f"{name} nodes reserved for a year: {group.desired} {best}{moved}",
            changes=() if stays else (Change(path=path, now=list(group.instance_types), value=[best]),),
            risk="a year is paid for, whether or not the nodes still run; sizes within the family may change",
            effort=f"bought in the console, and extended by hand{'' if stays else f'; {NODES_REPLACED}'}",
            apply=lambda now, name=name, best=best: with_types(now, name, (best,)),  # type: ignore[misc]
            purchase=Purchase(
                what=f"{group.desired} standard reserved instances, {best}, Linux, regional, one year, no upfront",
                console=CONSOLE,
                urns=frozenset(item.urn for item in stack.of(type_tokens.EKS_NODE_GROUP) if group_of(item, name)),
                item="instances",
                rate=rate,
            ),
        )

"""What memory on a node costs: a pod's request as a share of a node, at the price of its node group.

Nodes are bought whole, so a request costs this much on average and nothing on the day there is room for it. Processor
is left out: the pods compared here ask for no larger a share of it than of memory.
"""

from __future__ import annotations

from decimal import Decimal

from policy.capacity.machines import MACHINES
from policy.economics.break_even import Term
from pricing.bill import HOURS
from pricing.book import Book, PriceBookError, priced
from stacks.settings import Settings


def capacity(settings: Settings, book: Book, gib: Decimal, asked: str) -> Term:
    """``gib`` of memory for a month on the dearest class that is on demand, or on Spot when there is none.

    Raises :class:`PriceBookError` when nothing is known of a class's price or memory.
    """
    lasting = [group for group in settings.node_groups.values() if group.capacity == "ON_DEMAND"]
    offered = {name for group in lasting or settings.node_groups.values() for name in group.instance_types}
    shares = {name: gib * HOURS / _memory_gib(book, name) for name in offered}
    name = max(offered, key=lambda each: (shares[each] * (priced(book, f"ec2/{each}").usd or 0), each))
    fraction = Decimal(1) if lasting else priced(book, "ec2/spot-fraction-of-on-demand").usd or Decimal(1)
    return Term(
        item="nodes",
        price=priced(book, f"ec2/{name}"),
        fixed=shares[name],
        fraction=fraction,
        why=f"{asked}: its share of {name}, {_memory_gib(book, name)} GiB {'on demand' if lasting else 'on Spot'}",
    )


def _memory_gib(book: Book, name: str) -> int:
    if name not in MACHINES:
        raise PriceBookError(f"{book.path}: ec2/{name}: its memory is not known; add it to policy/capacity/machines.py")
    return MACHINES[name].memory_gib

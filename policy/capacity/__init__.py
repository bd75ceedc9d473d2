"""Whether every pod finds a node: requests of charts, add-ons and applications against what nodes have to give."""

from policy.capacity.fit import USABLE_PERCENT, Capacity, Group, capacity

__all__ = ["USABLE_PERCENT", "Capacity", "Group", "capacity"]

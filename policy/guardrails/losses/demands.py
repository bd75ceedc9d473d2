"""The demands of ``losses-are-survived``, one a kind of thing that a loss takes down."""

from __future__ import annotations

from typing import Final

from policy.guardrails.demand import StackDemand
from policy.guardrails.losses.network import doors, ways_out
from policy.guardrails.losses.nodes import places
from policy.guardrails.losses.stores import caches, clusters, databases, domains
from policy.guardrails.losses.weakness import told

SURVIVED: Final = (
    StackDemand(name="an instance in a second zone", check=told(clusters)),
    StackDemand(name="a standby", check=told(databases)),
    StackDemand(name="a replica with failover", check=told(caches)),
    StackDemand(name="a quorum of data nodes", check=told(domains)),
    StackDemand(name="a way out of each zone", check=told(ways_out)),
    StackDemand(name="doors in two zones", check=told(doors)),
    StackDemand(name="nodes and disks in two zones", check=told(places)),
)

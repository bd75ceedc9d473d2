"""The network: ways out that one zone can share, and a VPN that nobody needs any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.resource import Resource
from policy.economics.recommendations.candidate import Candidate, Change, Stack

#: Gateways stand on the zones in their order, and each has an address of the same name, and an alarm by its number.
_NUMBERED: Final = re.compile(r"-([0-9]+)$")


def network_candidates(stack: Stack) -> Iterator[Candidate]:
    """What the network could do without."""
    count = stack.settings.network.nat_gateways
    if count > 1:
        yield Candidate(
            title=f"one NAT gateway instead of {count}",
            changes=(Change(path="network.natGateways", now=count, value=1),),
            risk="with its zone every other one loses its way out: pods pull no image and reach nothing outside",
            effort="a deployment; connections through the gateways that go are cut",
            apply=_one_gateway,
        )
    vpn = stack.settings.network.vpn
    if vpn is not None and not stack.settings.network.migration_open:
        yield Candidate(
            title="no VPN, now that no migration is open",
            changes=(Change(path="network.vpn", now=vpn.model_dump(mode="json", by_alias=True), value=None),),
            risk="nothing on-premises reaches the VPC, and no pod anything on-premises",
            effort="a deployment; to have it back both ends are set up anew",
            apply=lambda now: now.without(lambda item: item.type == type_tokens.EC2_VPN_CONNECTION),
        )


def _one_gateway(stack: Stack) -> Stack:
    gone = {item.name for item in sorted(stack.of(type_tokens.EC2_NAT_GATEWAY), key=lambda item: item.name)[1:]}

    def goes(item: Resource) -> bool:
        if item.type in (type_tokens.EC2_NAT_GATEWAY, type_tokens.EC2_EIP):
            return item.name in gone
        number = _NUMBERED.search(item.name)
        watched = item.type == type_tokens.CLOUDWATCH_METRIC_ALARM and item.get("namespace") == "AWS/NATGateway"
        return watched and number is not None and int(number[1]) > 0

    return stack.without(goes)

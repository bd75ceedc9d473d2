"""Whether the networks that something admits amount to the whole internet, in whatever pieces it is written."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final

#: More public addresses than any one organisation has: a /8 of IPv4, a /16 of IPv6.
MOST_V4: Final = 2**24
MOST_V6: Final = 2**112


class NoNetworkError(ValueError):
    """A text that names no network."""


def admits_the_world(texts: Iterable[str]) -> bool:
    """Whether ``texts`` together hold more public addresses than anybody has to name.

    Raises :class:`NoNetworkError`. Half the internet twice is the internet, and ``0::/0`` is another way to write it.
    """
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for text in texts:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            raise NoNetworkError from None
        if isinstance(network, IPv4Network):
            v4.append(network)
        else:
            v6.append(network)
    return _public(collapse_addresses(v4)) > MOST_V4 or _public(collapse_addresses(v6)) > MOST_V6


def _public(networks: Iterable[IPv4Network] | Iterable[IPv6Network]) -> int:
    return sum(network.num_addresses for network in networks if not network.is_private)

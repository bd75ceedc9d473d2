"""However the internet is cut into pieces, it stays the internet."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.guardrails.network.cidr import NoNetworkError, admits_the_world


@given(cuts=st.lists(st.integers(0, 2**32 - 1), max_size=12))
def test_the_internet_in_pieces_is_the_internet(cuts):
    pieces = [ip_network("0.0.0.0/0")]
    for address in cuts:
        whole = next(piece for piece in pieces if address in range(int(piece[0]), int(piece[-1]) + 1))
        if whole.prefixlen < 24:
            pieces.remove(whole)
            pieces += whole.subnets()

    assert admits_the_world([str(piece) for piece in pieces])


@given(address=st.integers(0, 2**32 - 1), length=st.integers(8, 32))
def test_one_organisations_networks_are_not(address, length):
    network = ip_network((address, length), strict=False)

    assert not admits_the_world([str(network)])
    assert not admits_the_world([str(network), "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])


@pytest.mark.parametrize("text", ["", "anywhere", "10.0.0.0/33", "10.0.0", "::/129"])
def test_what_is_no_network_says_so(text):
    with pytest.raises(NoNetworkError):
        admits_the_world([text])

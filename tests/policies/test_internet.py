"""The internet is recognised in whatever pieces it is written, and nothing else is taken for it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.internet import PRIVATE, is_internet

PIECES = st.integers(min_value=0, max_value=7)
PUBLIC = IPv4Network("64.0.0.0/6")


@given(PIECES, st.data())
def test_internet_is_recognised_when_it_is_cut_into_pieces(bits: int, data: st.DataObject) -> None:
    pieces = [str(piece) for piece in IPv4Network("0.0.0.0/0").subnets(prefixlen_diff=bits)]
    assert is_internet(data.draw(st.permutations(pieces)))


@given(st.integers(min_value=7, max_value=10), st.sampled_from(PRIVATE))
def test_private_ranges_are_not_the_internet_when_they_are_cut_into_pieces(
    bits: int, private: IPv4Network | IPv6Network
) -> None:
    assert not is_internet([str(piece) for piece in private.subnets(prefixlen_diff=min(bits, 7))])


@given(st.integers(min_value=0, max_value=3))
def test_one_organization_is_not_the_internet_when_its_range_is_given_twice(index: int) -> None:
    eighth = str(list(PUBLIC.subnets(new_prefix=8))[index])
    assert not is_internet([eighth, eighth])
    assert is_internet([eighth, "203.0.113.0/24"])


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0", "2000::/3", "128.0.0.0/1", "10.0.0.0/7", " 0.0.0.0/0 ", "all"])
def test_range_is_the_internet_when_nobody_owns_as_much(cidr: str) -> None:
    assert is_internet([cidr])


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "fc00::/7", "192.0.2.1", "2001:db8::/32", "3.0.0.0/8"])
def test_range_is_not_the_internet_when_somebody_owns_it(cidr: str) -> None:
    assert not is_internet([cidr])

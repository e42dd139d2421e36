from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.services.naming import LONGEST_ROLE, role_name, shortened

REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1")
NAME = st.text("abZ9-", min_size=1, max_size=120)


@given(NAME, st.integers(20, 64))
def test_name_fits_and_short_ones_stay_when_shortened(name: str, longest: int) -> None:
    short = shortened(name, longest)
    assert len(short) <= longest
    assert (short == name) == (len(name) <= longest)


def test_long_names_stay_apart_when_shortened() -> None:
    assert shortened("x" * 80 + "a", 48) != shortened("x" * 80 + "b", 48)


def test_role_tells_its_region_when_there_is_room() -> None:
    assert role_name("prod-order-QuotePrice", "function", "us-west-2") == "prod-order-QuotePrice-function-us-west-2"


@given(NAME, st.sampled_from(("function", "task", "workflow", "for-order")))
def test_roles_fit_and_stay_apart_when_two_regions_share_an_account(name: str, kind: str) -> None:
    names = [role_name(name, kind, region) for region in REGIONS]
    assert max(map(len, names)) <= LONGEST_ROLE
    assert len(set(names)) == len(REGIONS)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cluster.capacity import ON_DEMAND, SPOT, CapacityShare, capacity_shares


@pytest.mark.parametrize(
    ("spot_percent", "shares"),
    [
        (0, (CapacityShare(provider=ON_DEMAND, weight=1, base=0),)),
        (100, (CapacityShare(provider=SPOT, weight=1, base=0),)),
        (
            30,
            (
                CapacityShare(provider=ON_DEMAND, weight=70, base=1),
                CapacityShare(provider=SPOT, weight=30, base=0),
            ),
        ),
    ],
)
def test_shares_are_split_when_spot_is(spot_percent: int, shares: tuple[CapacityShare, ...]) -> None:
    assert capacity_shares(spot_percent) == shares


@given(st.integers(0, 100))
def test_strategy_is_one_that_ecs_accepts_when_percent_is_valid(spot_percent: int) -> None:
    shares = capacity_shares(spot_percent)

    assert all(1 <= share.weight <= 1000 for share in shares)
    assert sum(share.base > 0 for share in shares) <= 1
    weights = {share.provider: share.weight for share in shares}
    assert weights.get(SPOT, 0) * 100 == spot_percent * sum(weights.values())


@given(st.integers(max_value=-1) | st.integers(min_value=101))
def test_percentage_is_refused_when_out_of_range(spot_percent: int) -> None:
    with pytest.raises(ValueError, match=f"spot_percent is {spot_percent}; it is a percentage, 0 to 100"):
        capacity_shares(spot_percent)

from __future__ import annotations

import datetime

import pytest
from pydantic import ValidationError

from analysis.prices import Price, PriceTable, price_table

GOOD = {
    "service": "Amazon VPC",
    "sku": "NAT gateway",
    "unit": "hour",
    "usd": "0.045",
    "as_of": "2026-06-30",
    "page": "https://aws.amazon.com/vpc/pricing/",
}


def test_table_is_dated_and_sourced_when_read() -> None:
    table = price_table()

    assert (table.currency, table.region) == ("USD", "us-east-1")
    assert len(table.prices) > 30
    for key, price in table.prices.items():
        assert price.as_of <= datetime.datetime.now(tz=datetime.UTC).date(), key
        assert price.page.startswith("https://aws.amazon.com/"), key


def test_spot_is_half_of_on_demand_when_the_smallest_discount_is_taken() -> None:
    table = price_table()

    for key, price in table.prices.items():
        if key.startswith("fargate-spot:"):
            on_demand = table.prices[key.replace("fargate-spot:", "fargate:")]
            assert price.usd * 2 == on_demand.usd, key


@pytest.mark.parametrize(
    "change",
    [
        {"usd": "0"},
        {"usd": "-1"},
        {"as_of": "some day"},
        {"page": "https://example.com/pricing/"},
        {"sku": ""},
        {"discount": "0.1"},
    ],
)
def test_entry_is_refused_when_it_is_not_a_sourced_price(change: dict[str, str]) -> None:
    Price.model_validate(GOOD)
    with pytest.raises(ValidationError):
        Price.model_validate(GOOD | change)


def test_price_is_none_when_the_table_has_no_such_key() -> None:
    assert PriceTable(currency="USD", region="us-east-1", prices={}).get("nat-gateway-hour") is None

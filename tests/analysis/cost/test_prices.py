from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from analysis.cost.prices import Basis, PriceTable, price_table

ENTRY: Mapping[str, Any] = {"sku": "NAT gateway", "unit": "hour", "usd": "0.045"}
PAGE: Mapping[str, Any] = {
    "service": "Amazon VPC",
    "page": "https://aws.amazon.com/vpc/pricing/",
    "as_of": "2026-06-30",
    "basis": "recalled",
    "prices": {"nat-gateway-hour": ENTRY},
}


def made(*pages: Mapping[str, Any]) -> PriceTable:
    return PriceTable.model_validate({"currency": "USD", "regions": ["us-east-1", "us-west-2"], "pages": pages})


def test_table_is_dated_and_sourced_when_read() -> None:
    table = price_table()

    assert (table.currency, table.regions) == ("USD", ("us-east-1", "us-west-2"))
    prices = list(table.all("us-west-2"))
    assert len(prices) > 150
    for price in prices:
        assert price.as_of <= datetime.datetime.now(tz=datetime.UTC).date(), price.key
        assert price.page.startswith("https://aws.amazon.com/"), price.key
        assert price.basis in Basis, price.key


def test_spot_is_half_of_on_demand_when_the_smallest_discount_is_taken() -> None:
    prices = {price.key: price.usd for price in price_table().all("us-east-1")}
    spot = [key for key in prices if key.startswith(("fargate-spot:", "ec2-spot:"))]

    assert len(spot) > 10
    for key in spot:
        assert prices[key] * 2 == prices[key.replace("-spot:", ":")], key


@pytest.mark.parametrize(
    "change",
    [{"usd": "0"}, {"usd": "-1"}, {"sku": ""}, {"discount": "0.1"}, {"us-west-2": "0"}, {"eu-west-1": "0.05"}],
)
def test_entry_is_refused_when_it_is_not_a_price(change: dict[str, str]) -> None:
    made(PAGE)
    with pytest.raises(ValidationError):
        made({**PAGE, "prices": {"nat-gateway-hour": {**ENTRY, **change}}})


@pytest.mark.parametrize(
    "change",
    [{"as_of": "some day"}, {"page": "https://example.com/pricing/"}, {"basis": "guessed"}, {"prices": {}}],
)
def test_page_is_refused_when_it_is_no_dated_source(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made({**PAGE, **change})


def test_price_is_refused_when_it_is_there_twice() -> None:
    with pytest.raises(ValidationError, match="priced twice: nat-gateway-hour"):
        made(PAGE, {**PAGE, "service": "another"})


def test_price_is_none_when_the_table_has_no_such_key_or_region() -> None:
    assert made().get("nat-gateway-hour", "us-east-1") is None
    assert made(PAGE).get("nat-gateway-hour", "eu-west-1") is None
    assert list(made(PAGE).all("eu-west-1")) == []


def test_price_differs_by_region_when_the_entry_says_so() -> None:
    table = made({**PAGE, "prices": {"nat-gateway-hour": {**ENTRY, "us-west-2": "0.05"}}})

    found = [table.get("nat-gateway-hour", region) for region in table.regions]
    assert [price.usd for price in found if price] == [Decimal("0.045"), Decimal("0.05")]

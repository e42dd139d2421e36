"""Prices from the Price List API: answers as AWS gives them, and what a table makes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from ruamel.yaml import YAML

from analysis.cost.prices import TABLE, PriceTable, price_table
from analysis.cost.refresh import PriceAnswerError, Query, answer, queries, query_of, refresh

TABLE_TEXT = """\
# A comment that stays.
currency: USD
regions: [us-east-1, us-west-2]
pages:
  - service: Amazon VPC
    page: https://aws.amazon.com/vpc/pricing/
    as_of: 2026-06-30
    basis: recalled
    prices:
      nat-gateway-hour: {sku: NAT gateway, unit: hour, usd: "0.045"}
  - service: Other
    page: https://aws.amazon.com/other/pricing/
    as_of: 2026-06-30
    basis: recalled
    prices:
      kms-key-month: {sku: a key, unit: key-month, usd: "1"}
      nobody-asks: {sku: a thing, unit: month, usd: "2"}
"""


def product(*tiers: tuple[str, str], published: str = "2026-09-01T00:00:00Z") -> str:
    dimensions = {
        f"d{number}": {"beginRange": begin, "endRange": "Inf", "unit": "Hrs", "pricePerUnit": {"USD": usd}}
        for number, (begin, usd) in enumerate(tiers)
    }
    terms = {"OnDemand": {"t": {"priceDimensions": dimensions}}} if tiers else {"Reserved": {}}
    return json.dumps({"product": {"attributes": {}}, "terms": terms, "publicationDate": published})


QUERY = Query(service="AmazonEC2", where={"usagetype": "x"})


def test_first_paid_tier_is_the_price_when_something_is_free_at_first() -> None:
    told = answer(QUERY, [product(("1000000", "0.10"), ("0", "0.0000000000"), ("50000000", "0.05"))])
    assert (told.usd, told.published.isoformat()) == (Decimal("0.10"), "2026-09-01")


def test_figure_is_of_the_tables_unit_when_aws_counts_one_by_one() -> None:
    assert answer(QUERY.model_copy(update={"times": 1_000_000}), [product(("0", "0.000000625"))]).usd == Decimal(
        "0.625"
    )


@pytest.mark.parametrize(
    ("products", "why"),
    [
        ([], "AWS has no such product"),
        ([product(("0", "1")), product(("0", "2"))], "2 products of different prices"),
        ([product()], "no price on demand"),
        ([product(("0", "much"))], "in a form that is not known"),
    ],
)
def test_answer_that_is_no_single_price_is_refused(products: list[str], why: str) -> None:
    with pytest.raises(PriceAnswerError, match=why):
        answer(QUERY, products)


def test_table_keeps_its_comments_and_pages_when_prices_are_read() -> None:
    def ask(_service: str, where: Mapping[str, str]) -> list[str]:
        return [product(("0", "0.05" if where.get("usagetype", "").startswith("USW2") else "0.048"))]

    done = refresh(TABLE_TEXT, ask)
    assert done.text.startswith("# A comment that stays.\n")
    loaded: Any = YAML(typ="safe").load(done.text)  # pyright: ignore[reportUnknownMemberType]
    table = PriceTable.model_validate(loaded)
    east, west = (table.get("nat-gateway-hour", region) for region in ("us-east-1", "us-west-2"))
    assert east is not None
    assert west is not None
    assert (east.usd, west.usd, east.basis.value, east.as_of.isoformat()) == (
        Decimal("0.048"),
        Decimal("0.05"),
        "read",
        "2026-09-01",
    )
    assert done.changed["nat-gateway-hour us-west-2"] == ("0.045", "0.05")
    assert done.left == {"nobody-asks": "nobody wrote down how to ask for it (analysis/cost/queries.yaml)"}
    assert loaded["pages"][1]["basis"] == "recalled", "one of its prices was not read"


def test_table_stays_as_it_is_when_aws_answers_the_same() -> None:
    def same(service: str, _where: Mapping[str, str]) -> list[str]:
        return [product(("0", {"AmazonEC2": "0.0450000000"}.get(service, "1.0")))]

    assert refresh(TABLE_TEXT, same).changed == {}


def test_whole_table_survives_when_nobody_answers() -> None:
    text = TABLE.read_text(encoding="utf-8")
    done = refresh(text, lambda _service, _where: [])
    loaded: Any = YAML(typ="safe").load(done.text)  # pyright: ignore[reportUnknownMemberType]
    assert PriceTable.model_validate(loaded) == price_table()
    assert set(done.left) == {price.key for price in price_table().all("us-east-1")}


def test_every_query_is_about_a_price_and_leaves_no_part_open() -> None:
    keys = [price.key for price in price_table().all("us-east-1")]
    asked = {key: query for key in keys if (query := query_of(key, "us-west-2")) is not None}
    assert len(asked) > 60
    assert not any("{" in value for query in asked.values() for value in query.where.values())
    for pattern in queries():
        assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^:]+", pattern), key) for key in keys), pattern

"""Inventory: reservations under row locks, on a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services import world
from tests.services.world import Sql, invoke

pytestmark = pytest.mark.embedded
stock = world.entry("order/inventory", "stock")

from stock_room.errors import OutOfStockException  # noqa: E402


def put(sku: str, on_hand: int) -> None:
    invoke(stock.replace, {"sku": sku, "on_hand": on_hand})


def wanted(order: str, **items: int) -> dict[str, Any]:
    return {"order_id": order, "items": [{"sku": sku, "count": count} for sku, count in items.items()]}


def shelf(sql: Sql, sku: str) -> tuple[int, int]:
    on_hand, reserved = sql.run("stock", "SELECT on_hand, reserved FROM stock WHERE sku = :sku", sku=sku)[0]
    return on_hand, reserved


def test_reserve_holds_stock_when_there_is_enough(sql: Sql) -> None:
    put("pen", 5)
    answer = invoke(stock.reserve, wanted("o1", pen=3))
    assert answer["status"] == "held"
    assert answer["order_id"] == "o1"
    assert shelf(sql, "pen") == (5, 3)


def test_reserve_gives_the_same_reservation_when_asked_twice(sql: Sql) -> None:
    put("pen", 5)
    first = invoke(stock.reserve, wanted("o1", pen=3))
    assert invoke(stock.reserve, wanted("o1", pen=3)) == first
    assert shelf(sql, "pen") == (5, 3)


def test_reserve_takes_nothing_when_one_article_is_missing(sql: Sql) -> None:
    put("pen", 5)
    put("ink", 1)
    with pytest.raises(Exception, match="not enough of ink, paper") as caught:
        invoke(stock.reserve, wanted("o1", pen=1, ink=2, paper=1))
    assert type(caught.value).__name__ == "OutOfStockException"
    assert shelf(sql, "pen") == (5, 0)
    put("ink", 2)
    put("paper", 1)
    assert invoke(stock.reserve, wanted("o1", pen=1, ink=2, paper=1))["status"] == "held"


def test_reserve_counts_an_article_together_when_it_is_on_two_lines(sql: Sql) -> None:
    put("pen", 3)
    items = [{"sku": "pen", "count": 2}, {"sku": "pen", "count": 2}]
    with pytest.raises(Exception, match="not enough of pen"):
        invoke(stock.reserve, {"order_id": "o1", "items": items})


def test_reserve_never_sells_more_than_there_is_when_many_ask_at_once(sql: Sql) -> None:
    put("pen", 5)
    put("ink", 5)

    def ask(number: int) -> bool:
        # Half of them name the articles the other way round: locks are taken in one order all the same.
        names = ("pen", "ink") if number % 2 else ("ink", "pen")
        try:
            invoke(stock.reserve, wanted(f"o{number}", **dict.fromkeys(names, 1)))
        except OutOfStockException:
            return False
        finally:
            stock.database.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        got = list(threads.map(ask, range(12)))
    assert got.count(True) == 5
    assert shelf(sql, "pen") == shelf(sql, "ink") == (5, 5)


def test_release_gives_back_once_when_called_twice(sql: Sql) -> None:
    put("pen", 5)
    invoke(stock.reserve, wanted("o1", pen=3))
    assert invoke(stock.release, {"order_id": "o1"}) == {"order_id": "o1", "released": True}
    assert invoke(stock.release, {"order_id": "o1"}) == {"order_id": "o1", "released": False}
    assert shelf(sql, "pen") == (5, 0)


def test_reserve_is_refused_when_its_release_came_first(sql: Sql) -> None:
    put("pen", 5)
    assert invoke(stock.release, {"order_id": "o1"})["released"] is False
    with pytest.raises(Exception, match="was released") as caught:
        invoke(stock.reserve, wanted("o1", pen=1))
    assert type(caught.value).__name__ == "ReservationClosedException"
    assert shelf(sql, "pen") == (5, 0)


def test_confirm_takes_the_goods_once_when_called_twice(sql: Sql) -> None:
    put("pen", 5)
    invoke(stock.reserve, wanted("o1", pen=3))
    for _ in range(2):
        assert invoke(stock.confirm, {"order_id": "o1"})["status"] == "confirmed"
    assert shelf(sql, "pen") == (2, 0)
    with pytest.raises(Exception, match="have left"):
        invoke(stock.release, {"order_id": "o1"})


@pytest.mark.parametrize(
    ("before", "name"), [(False, "ReservationNotFoundException"), (True, "ReservationClosedException")]
)
def test_confirm_fails_when_nothing_is_held(sql: Sql, before: bool, name: str) -> None:
    if before:
        invoke(stock.release, {"order_id": "o1"})
    with pytest.raises(Exception, match="o1") as caught:
        invoke(stock.confirm, {"order_id": "o1"})
    assert type(caught.value).__name__ == name


def test_expiry_gives_back_what_is_over_and_confirm_takes_it_again_when_there_is_still_enough(
    sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("pen", 5)
    invoke(stock.reserve, wanted("later", pen=1))
    monkeypatch.setenv("RESERVATION_SECONDS", "-1")
    invoke(stock.reserve, wanted("o1", pen=3))
    assert invoke(stock.expire, {}) == {"expired": 1}
    assert invoke(stock.expire, {}) == {"expired": 0}
    assert shelf(sql, "pen") == (5, 1)
    assert invoke(stock.confirm, {"order_id": "o1"})["status"] == "confirmed"
    assert shelf(sql, "pen") == (2, 1)


def test_confirm_fails_when_the_reservation_has_expired_and_the_stock_is_gone(
    sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("pen", 3)
    monkeypatch.setenv("RESERVATION_SECONDS", "-1")
    invoke(stock.reserve, wanted("o1", pen=3))
    invoke(stock.expire, {})
    monkeypatch.setenv("RESERVATION_SECONDS", "60")
    invoke(stock.reserve, wanted("o2", pen=3))
    with pytest.raises(Exception, match="not enough of pen"):
        invoke(stock.confirm, {"order_id": "o1"})
    assert shelf(sql, "pen") == (3, 3)


def test_check_names_what_is_missing_when_asked(sql: Sql) -> None:
    put("pen", 1)
    items = [{"sku": "pen", "count": 2}, {"sku": "ink", "count": 1}]
    assert invoke(stock.check, {"items": items}) == {"available": False, "missing": ["ink", "pen"]}
    assert invoke(stock.check, {"items": [{"sku": "pen", "count": 1}]}) == {"available": True, "missing": []}


def test_stock_cannot_be_set_below_what_is_reserved_when_orders_hold_it(sql: Sql) -> None:
    put("pen", 5)
    invoke(stock.reserve, wanted("o1", pen=3))
    with pytest.raises(Exception, match="3 of pen are reserved"):
        put("pen", 2)
    answer = invoke(stock.replace, world.over_http("PUT /stock/{sku}", {"on_hand": 2}, path={"sku": "pen"}))
    assert answer["statusCode"] == 409
    assert shelf(sql, "pen") == (5, 3)


def test_request_is_refused_when_the_contract_does_not_allow_it(sql: Sql) -> None:
    with pytest.raises(Exception, match=r"items\.0\.count must be bigger than or equal to 1") as caught:
        invoke(stock.reserve, wanted("o1", pen=0))
    assert type(caught.value).__name__ == "InvalidRequestException"

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analysis.contract_suggestions import Event, Observed, Rule, observed, suggest
from contracts.services import read

PLACED, PAID, SHIPPED = Event("order/order", "Placed"), Event("order/payment", "Paid"), Event("order/stock", "Shipped")


def world(offered: set[Event] | None = None, **used: set[Event]) -> Observed:
    return Observed(frozenset(offered or {PLACED, PAID, SHIPPED}), {name: frozenset(e) for name, e in used.items()})


def test_event_is_proposed_with_its_examples_when_others_use_both() -> None:
    [found] = suggest(world(a={PLACED, PAID}, b={PLACED, PAID}, c={PLACED}))
    assert (found.consumer, found.event, found.rule, found.confidence) == ("c", PAID, Rule.TOGETHER, 1.0)
    assert found.reason == "2 of 2 others that use order/order#Placed use it, too: a, b"


def test_one_example_is_chance_when_services_are_compared() -> None:
    assert suggest(world(a={PLACED, PAID}, c={PLACED}), least=0) == []


def test_alike_services_are_asked_when_they_share_most() -> None:
    found = suggest(world(a={PLACED, PAID, SHIPPED}, b={PLACED, PAID}), least=0.5)
    assert [(each.consumer, each.event, each.rule, each.confidence) for each in found] == [
        ("b", SHIPPED, Rule.ALIKE, 0.667)
    ]


def test_unheard_event_is_offered_to_those_who_use_its_provider_when_nobody_hears_it() -> None:
    cancelled = Event("order/order", "Cancelled")
    [found] = suggest(world({PLACED, cancelled}, a={PLACED}))
    assert (found.consumer, found.event, found.rule, found.confidence) == ("a", cancelled, Rule.UNHEARD, 0.5)
    assert found.reason == "nobody uses it, and a uses Placed of order/order already"


def test_nobody_is_asked_to_use_its_own_events_when_it_provides_them() -> None:
    found = suggest(world(**{"a": {PLACED, PAID}, "b": {PLACED, PAID}, "order/payment": {PLACED}}), least=0)
    assert all(each.consumer != each.event.provider for each in found)


events = st.frozensets(st.sampled_from([PLACED, PAID, SHIPPED, Event("x/y", "Z")]))


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), events, max_size=4), st.floats(0, 1))
def test_proposals_are_new_sure_enough_and_named_once_when_anything_is_observed(
    used: dict[str, frozenset[Event]], least: float
) -> None:
    found = suggest(Observed(frozenset({PLACED, PAID, SHIPPED}), used), least=least)
    assert len({(each.consumer, each.event) for each in found}) == len(found)
    for each in found:
        assert each.event not in used[each.consumer]
        assert least <= each.confidence <= 1


def test_estate_of_the_project_is_observed_when_read() -> None:
    seen = observed(read(Path(__file__).parents[2] / "services"))
    assert "order/order" in seen.used
    assert any(event.provider == "order/order" for event in seen.offered)

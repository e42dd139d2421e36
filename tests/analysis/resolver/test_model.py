"""Which answers DNS gives, by the rules of Route 53, and how long a change takes to reach a client."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.resolver import (
    MODEL_NOTE,
    Answer,
    Change,
    Check,
    CheckKind,
    Conditions,
    Delay,
    Record,
    Routing,
    Zone,
    clients_at,
    delay,
)

NAME = "api.atoll.example"
WELL = Conditions()
EAST_LOST = Conditions(lost_hosts=frozenset({"east"}))
WEST_LOST = Conditions(lost_hosts=frozenset({"west"}))
BOTH_LOST = Conditions(lost_hosts=frozenset({"east", "west"}))
EAST_EVACUATED = Conditions(alarms=frozenset({"evacuated-east"}))


def zone(
    routing: Routing = Routing.WEIGHTED, *, east: int = 70, west: int = 30, interval: int = 10, ttl: int = 10
) -> Zone:
    """Two regions, each with a calculated check over what it answers and its switch."""
    records: list[Record] = []
    checks: dict[str, Check] = {}
    for side, weight in (("east", east), ("west", west)):
        checks[f"{side}-endpoint"] = Check(name=side, kind=CheckKind.ENDPOINT, host=side, seconds=interval)
        checks[f"{side}-switch"] = Check(name=side, kind=CheckKind.ALARM, alarm=f"evacuated-{side}", seconds=60)
        children = (f"{side}-endpoint", f"{side}-switch")
        checks[side] = Check(name=side, kind=CheckKind.CALCULATED, children=children, least=2)
        records.append(
            Record(
                name=NAME,
                identifier=side,
                routing=routing,
                target=side,
                ttl_seconds=ttl,
                weight=weight,
                region=side,
                primary=side == "east",
                check=side,
            )
        )
    return Zone(records=tuple(records), checks=checks)


def shares(found: Zone, conditions: Conditions) -> dict[str, Fraction]:
    return {answer.identifier: answer.probability for answer in found.answers(NAME, conditions)}


def test_answers_follow_the_weights_when_all_is_well() -> None:
    assert zone().answers(NAME, WELL) == (
        Answer("east", "east", Fraction(7, 10)),
        Answer("west", "west", Fraction(3, 10)),
    )


@pytest.mark.parametrize("conditions", [EAST_LOST, EAST_EVACUATED])
def test_other_region_is_answered_when_one_is_lost_or_evacuated(conditions: Conditions) -> None:
    assert shares(zone(), conditions) == {"west": 1}


def test_answers_are_as_if_all_were_well_when_every_region_is_lost() -> None:
    assert shares(zone(), BOTH_LOST) == {"east": Fraction(7, 10), "west": Fraction(3, 10)}


def test_record_of_no_weight_is_answered_only_when_no_other_is_left() -> None:
    standby = zone(east=100, west=0)
    assert shares(standby, WELL) == {"east": 1}
    assert shares(standby, EAST_LOST) == {"west": 1}


def test_primary_is_answered_alone_when_the_policy_is_failover() -> None:
    failover = zone(Routing.FAILOVER)
    assert [shares(failover, each) for each in (WELL, WEST_LOST, EAST_LOST, BOTH_LOST)] == [
        {"east": 1},
        {"east": 1},
        {"west": 1},
        {"east": 1},
    ]


def test_nearest_region_is_answered_when_the_policy_is_latency() -> None:
    near = {"east": Fraction(3, 4), "west": Fraction(1, 4)}
    by_latency = zone(Routing.LATENCY)
    assert shares(by_latency, Conditions(nearest=near)) == near
    assert shares(by_latency, WELL) == {"east": Fraction(1, 2), "west": Fraction(1, 2)}
    lost = Conditions(lost_hosts=frozenset({"west"}), nearest=near)
    assert shares(by_latency, lost) == {"east": 1}


def test_dial_keeps_its_part_of_the_near_clients_when_an_accelerator_leads() -> None:
    dialled = zone(Routing.DIAL, east=70, west=100)
    near = {"east": Fraction(1, 2), "west": Fraction(1, 2)}
    assert shares(dialled, Conditions(nearest=near)) == {"west": Fraction(13, 20), "east": Fraction(7, 20)}
    assert shares(dialled, EAST_LOST) == {"west": 1}
    assert shares(zone(Routing.DIAL, east=0, west=30), WELL) == {"west": 1}


def test_inverted_check_is_unhealthy_when_its_host_answers() -> None:
    check = Check(name="inverted", kind=CheckKind.ENDPOINT, host="east", inverted=True)
    record = Record(name=NAME, identifier="a", routing=Routing.SIMPLE, target="east", ttl_seconds=1, check="inverted")
    inverted = Zone(records=(record,), checks={"inverted": check})
    assert not inverted.is_healthy("inverted", WELL)
    assert inverted.is_healthy("inverted", EAST_LOST)


def test_unknown_name_is_refused_when_asked() -> None:
    with pytest.raises(KeyError, match=r"no record is called www; there are api\.atoll\.example"):
        zone().answers("www", WELL)


# -- time --------------------------------------------------------------------------------------------------------------


def test_change_takes_the_checks_and_then_the_ttl_when_a_region_is_lost() -> None:
    assert delay(zone(), NAME, WELL, EAST_LOST) == Delay(detection=10, cached=10)
    assert delay(zone(), NAME, WELL, EAST_LOST).total == 20
    assert delay(zone(interval=90, ttl=60), NAME, WELL, EAST_LOST).total == 150


def test_change_takes_the_alarm_and_then_the_ttl_when_a_region_is_evacuated() -> None:
    assert delay(zone(), NAME, WELL, EAST_EVACUATED) == Delay(detection=60, cached=10)


def test_first_failed_child_is_enough_and_all_have_to_be_back_when_both_changed() -> None:
    both = Conditions(lost_hosts=frozenset({"east"}), alarms=frozenset({"evacuated-east"}))
    assert delay(zone(), NAME, WELL, both).detection == 10
    assert delay(zone(), NAME, both, WELL).detection == 60


def test_nothing_has_to_be_waited_for_when_no_answer_changes() -> None:
    assert delay(zone(Routing.FAILOVER), NAME, WELL, WEST_LOST) == Delay(0, 0)


def test_clients_follow_evenly_over_the_ttl_when_the_change_was_seen() -> None:
    changes = [Change(0, WELL), Change(100, EAST_LOST)]
    led = {
        seconds: next(a.probability for a in clients_at(zone(), NAME, changes, seconds) if a.identifier == "west")
        for seconds in (50, 109.9, 115, 120, 500)
    }
    assert led == {
        50: Fraction(3, 10),
        109.9: Fraction(3, 10),
        115: Fraction(13, 20),
        120: Fraction(1),
        500: Fraction(1),
    }


def test_clients_return_when_the_region_is_back() -> None:
    changes = [Change(0, WELL), Change(100, EAST_LOST), Change(200, WELL)]
    assert clients_at(zone(), NAME, changes, 199)[0] == Answer("west", "west", Fraction(1))
    assert clients_at(zone(), NAME, changes, 220) == zone().answers(NAME, WELL)


def test_moment_is_refused_when_nothing_is_known_of_it() -> None:
    with pytest.raises(ValueError, match="the first change says how everything began"):
        clients_at(zone(), NAME, [Change(10, WELL)], 5)
    with pytest.raises(ValueError, match="the first change says how everything began"):
        clients_at(zone(), NAME, [], 5)


CONDITIONS = st.builds(
    Conditions,
    lost_hosts=st.frozensets(st.sampled_from(["east", "west"])),
    alarms=st.frozensets(st.sampled_from(["evacuated-east", "evacuated-west"])),
)
ZONES = st.builds(
    zone,
    st.sampled_from([r for r in Routing if r is not Routing.SIMPLE]),
    east=st.integers(0, 100),
    west=st.integers(0, 100),
    interval=st.sampled_from([10, 30]),
    ttl=st.integers(1, 300),
)


@given(ZONES, CONDITIONS)
def test_every_client_is_answered_once_whatever_happens(found: Zone, conditions: Conditions) -> None:
    assert sum(shares(found, conditions).values()) == 1


@given(ZONES, CONDITIONS, CONDITIONS, st.integers(0, 1000))
def test_every_client_has_arrived_once_the_delay_is_over(
    found: Zone, before: Conditions, after: Conditions, more: int
) -> None:
    waited = delay(found, NAME, before, after).total
    changes = [Change(0, before), Change(10, after)]
    assert clients_at(found, NAME, changes, 10 + waited + more) == found.answers(NAME, after)


def test_model_says_of_itself_that_it_is_one() -> None:
    assert "model" in MODEL_NOTE

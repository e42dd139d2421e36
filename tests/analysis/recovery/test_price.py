"""The price of resilience: variants with what they cost and how fast they recover."""

from __future__ import annotations

from decimal import Decimal

from analysis.cost import Estimate, Unpriced
from analysis.recovery import Kind, budget
from analysis.recovery.price import QUESTIONS, Variant, price_of_resilience, slowest, without_standby
from analysis.recovery.report import price_data, price_lines
from contracts.recovery.scenarios import Scenario
from contracts.recovery.targets import Measure
from tests.analysis.recovery.kit import Knobs, computed, graphs

FREE = Estimate(lines=(), unknown=())
ZONE = (Kind.DATABASE, Measure.RTO, Scenario.ZONE_LOSS)


def test_every_standby_goes_when_a_graph_is_taken_without() -> None:
    alone = budget({name: without_standby(graph) for name, graph in graphs(Knobs()).items()})
    both = computed(Knobs())
    for kind in (Kind.DATABASE, Kind.CACHE):
        question = (kind, Measure.RTO, Scenario.ZONE_LOSS)
        less, more = slowest(alone, question), slowest(both, question)
        assert less is not None
        assert more is not None
        assert less.typical > more.typical


def test_variants_are_compared_with_the_first_one() -> None:
    unpriced = Estimate(lines=(), unknown=(Unpriced(stack="a", urn="u", resource="b", type="c", reason="d"),))
    found = price_of_resilience(
        [
            Variant(name="alone", estimate=FREE, budget=computed(Knobs(global_database=False, copied=False))),
            Variant(name="both", estimate=unpriced, budget=computed(Knobs())),
        ]
    )
    assert [(one.name, one.more_usd, one.complete) for one in found] == [
        ("alone", Decimal("0.00"), True),
        ("both", Decimal("0.00"), False),
    ]
    lost = found[0].times[Kind.DATABASE, Measure.RTO, Scenario.REGION_LOSS]
    assert lost is not None
    assert lost.lost
    told = "\n".join(price_lines(found))
    assert "both: $0.00 a month, +0.00 to alone (lower bound)" in told
    assert [time["state"] for time in price_data(found)[0]["times"] if time["kind"] == "database"].count("lost") == 2


def test_nothing_is_said_of_a_kind_that_a_variant_does_not_have() -> None:
    empty = budget({})
    assert slowest(empty, ZONE) is None
    (one,) = price_of_resilience([Variant(name="nothing", estimate=FREE, budget=empty)])
    assert set(one.times) == set(QUESTIONS)
    assert set(one.times.values()) == {None}

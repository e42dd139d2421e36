"""Contracts that differ, and whom that breaks."""

from __future__ import annotations

from pathlib import Path

from analysis.change import contract_deltas
from contracts.change import Effect
from contracts.services import Estate, read
from tests.contracts.services.kit import SAMPLE, edit, sample

PAYMENT = "order/payment/contract.yaml"


def test_nothing_differs_when_the_estates_are_the_same() -> None:
    assert list(contract_deltas(read(SAMPLE), read(SAMPLE))) == []


def test_consumer_is_named_when_a_field_that_it_reads_is_lost(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/payment/payment-captured.json", '"value"', '"worth"')
    line = edit(folder, PAYMENT, "version: 2.1.0", "version: 2.2.0")
    found = list(contract_deltas(read(SAMPLE), read(folder)))
    broken = [d for d in found if d.effect is Effect.BREAKS]
    assert {d.kind for d in broken} >= {"changed", "consumer-broken"}
    (told,) = (d for d in broken if d.kind == "consumer-broken" and "/amount/value" in d.sentence)
    assert told.contracts == ("order/payment", "analytics/analytics")
    assert [origin.at for origin in told.origins] == [f"services/{PAYMENT}:{line}"]


def test_every_contract_is_new_when_there_were_none() -> None:
    found = list(contract_deltas(Estate.of(()), read(SAMPLE)))
    assert {d.kind for d in found if d.effect is Effect.INFORMS} >= {"added"}
    assert not any(d.effect in (Effect.BREAKS, Effect.BLOCKS) for d in found)

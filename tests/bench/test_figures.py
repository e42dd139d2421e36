"""Statistics of benchmarks, and how they are written down. Nothing is timed here."""

from __future__ import annotations

import json

import pytest

from tests.bench.figures import Figure, less, load_average, machine, ratios, table


def test_median_ignores_one_slow_run_when_the_machine_was_busy() -> None:
    assert Figure(name="f", unit="s", values=(1.0, 90.0, 2.0)).median == 2.0


def test_figure_is_refused_when_nothing_was_measured() -> None:
    with pytest.raises(ValueError, match="graph: nothing was measured"):
        Figure(name="graph", unit="s", values=())


def test_ratio_is_taken_pair_by_pair_when_the_load_changes_between_rounds() -> None:
    figure = ratios("r", of=[10.0, 40.0], to=[10.0, 20.0], target=1.3)
    assert figure.values == (1.0, 2.0)
    assert figure.to_target == pytest.approx(1.5 / 1.3)


def test_ratio_is_refused_when_a_pair_is_incomplete() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        ratios("r", of=[1.0, 2.0], to=[1.0])


def test_difference_takes_the_median_off_and_is_never_negative() -> None:
    assert less("d", of=[3.0, 1.0], what=[1.0, 2.0, 9.0]).values == (1.0, 0.0)


def test_target_is_called_missed_when_the_median_is_above_it() -> None:
    above = Figure(name="above", unit="s", values=(3.0,), target=2.0)
    exactly = Figure(name="exactly", unit="s", values=(2.0,), target=2.0)
    lines = {line.split()[0]: line for line in table([above, exactly]).splitlines()}
    assert lines["above"].endswith("1.50 missed")
    assert lines["exactly"].endswith("1.00")


def test_table_aligns_columns_and_ends_with_the_notes() -> None:
    figures = [
        Figure(name="a", unit="s", values=(1.0,), peak_mib=(10.2, 120.0), note="cold"),
        Figure(name="longer name", unit="calls/s", values=(400.0, 200.0)),
    ]
    header, rule, first, second, empty, note = table(figures).splitlines()
    assert first.split() == ["a", "s", "1.00", "1.00", "1.00", "1", "120"]
    assert second.split() == ["longer", "name", "calls/s", "200", "300", "400", "2"]
    assert (header.index("unit"), len(rule), empty) == (second.index("calls/s"), len(header), "")
    assert note == "a: cold"


def test_json_keeps_the_single_runs_and_the_distance_to_the_target() -> None:
    told = json.loads(json.dumps(Figure(name="f", unit="s", values=(1.0, 2.0, 6.0), target=4.0).as_json()))
    assert (told["values"], told["min"], told["median"], told["max"]) == ([1.0, 2.0, 6.0], 1.0, 2.0, 6.0)
    assert (told["n"], told["to_target"], told["peak_mib"]) == (3, 0.5, None)


def test_machine_is_described_without_naming_it() -> None:
    assert set(machine()) == {"system", "architecture", "cpus", "memory_mib", "python"}
    assert len(load_average()) == 3

"""A session keeps Pulumi's state and the emulators' memory together: one never tells of what the other has lost."""

from __future__ import annotations

from pathlib import Path

from embedded.cloud import Cloud
from embedded.emulators.process import GENERATION
from embedded.session import _state_of


def make_cloud(home: Path, generation: str) -> Cloud:
    (home / GENERATION).write_text(generation)
    return Cloud(home, 0, 0, 0.0)


def test_state_is_kept_while_the_emulators_remember(tmp_path: Path) -> None:
    cloud = make_cloud(tmp_path, "first")
    (_state_of(cloud, print) / "stack.json").write_text("{}")
    assert (_state_of(cloud, print) / "stack.json").exists()


def test_state_is_put_aside_and_said_so_when_the_emulators_began_empty(tmp_path: Path) -> None:
    said: list[str] = []
    (_state_of(make_cloud(tmp_path, "first"), said.append) / "stack.json").write_text("{}")
    assert not said
    fresh = _state_of(make_cloud(tmp_path, "second"), said.append)
    assert not (fresh / "stack.json").exists()
    assert (tmp_path / "pulumi-first" / "stack.json").exists()
    assert len(said) == 1
    assert str(tmp_path / "pulumi-first") in said[0]

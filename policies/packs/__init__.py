"""Packs: which controls go together. Each is a folder, too, that the engine runs with `--policy-pack`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policies.catalogue import FRAMEWORK_COLUMNS, controls, requirements
from policies.control import AnyControl, Pillar

_Chooses = Callable[[AnyControl], bool]


def _about(pillar: Pillar) -> _Chooses:
    return lambda control: control.pillar is pillar


def _supports(framework: str) -> _Chooses:
    return lambda control: any(requirement.framework == framework for requirement in requirements(control))


PACKS: Mapping[str, _Chooses] = {
    "baseline": _about(Pillar.SECURITY),
    "reliability": _about(Pillar.RELIABILITY),
    "cost": _about(Pillar.COST),
    **{framework: _supports(framework) for framework in FRAMEWORK_COLUMNS if framework != "cis"},
}
"""Pack → which controls are in it."""


def controls_of(pack: str) -> tuple[AnyControl, ...]:
    """The controls of a pack, sorted by id.

    Raises:
        LookupError: naming the packs there are.
    """
    chooses = PACKS.get(pack)
    if chooses is None:
        raise LookupError(f"there is no pack {pack}; there are {', '.join(sorted(PACKS))}")
    return tuple(control for control in controls().values() if chooses(control))

"""What recovery has to reach (DR-2): seconds, whether AWS must bound them, and in which scenarios.

This module imports nothing of `contracts.settings`, whose models import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum, unique
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from contracts.recovery.scenarios import Scenario

LONGEST = 7 * 24 * 3600
"""Seconds of the longest target: a week is no recovery."""
_REFUSED = "atoll_refused"
"""Error type that the readers of settings translate; see `contracts.settings.kind`."""


@unique
class Guarantee(StrEnum):
    """What a target accepts as proof."""

    BOUND = "bound"
    """Only a bound that configuration or a published limit gives; a typical value is not enough."""
    TYPICAL = "typical"
    """A published typical value will do: AWS bounds nothing here, and the reader is told so."""


@unique
class Measure(StrEnum):
    """What a target limits."""

    RTO = "rto"
    """Seconds until service is back."""
    RPO = "rpo"
    """Seconds of acknowledged writes that may be lost."""


@unique
class Preset(StrEnum):
    """Targets of the specification as a whole."""

    ACTIVE_ACTIVE = "active-active"
    """Two regions (003): application 5 min, database 1 min, DNS 30 s, region 15 min; database RPO 1 s."""
    SINGLE_REGION = "single-region"
    """One region (004): 15 min to recover, an hour of data at most."""


def _seconds(value: int) -> int:
    if 0 <= value <= LONGEST:
        return value
    fix = "choose 0 for a target of no loss at all, or the seconds that are allowed"
    raise PydanticCustomError(_REFUSED, "{fix}", {"allowed": f"0 to {LONGEST} seconds", "fix": fix})


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecoveryTarget(_Model):
    """One target: met when what is computed for each of its scenarios is at most so long."""

    seconds: Annotated[int, AfterValidator(_seconds), Field(json_schema_extra={"minimum": 0, "maximum": LONGEST})]
    """At most so many seconds."""
    guarantee: Guarantee
    """`bound`: a limit must be published or configured; `typical`: a published typical value will do."""
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]
    """Scenarios that the target speaks of."""


class RecoveryTargets(_Model):
    """What recovery has to reach; null where nothing is asked. A preset fills in what is left out."""

    preset: Preset | None = None
    """`active-active` (003) or `single-region` (004); what is written beside it wins. No preset if
    left out."""
    application_rto: RecoveryTarget | None = None
    """Until requests are answered again. What the preset says if left out."""
    database_rto: RecoveryTarget | None = None
    """Until relational databases take writes again, from the moment that their failover begins. What the preset says if
    left out."""
    dns_rto: RecoveryTarget | None = None
    """Until clients are led away from an endpoint that does not answer. What the preset says if left out."""
    region_rto: RecoveryTarget | None = None
    """Until everything of a lost region is served elsewhere, detection and decision included. What the preset says
    if left out."""
    database_rpo: RecoveryTarget | None = None
    """Writes to relational databases that may be lost. What the preset says if left out."""
    application_rpo: RecoveryTarget | None = None
    """Writes to tables, caches, objects and files that may be lost. What the preset says if left out."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        given: dict[str, Any] = dict(values)  # pyright: ignore[reportUnknownArgumentType]
        return {**PRESETS.get(str(given.get("preset")), {}), **given}

    def targets(self) -> Iterator[tuple[str, RecoveryTarget]]:
        """Yield the targets that are set, by field name, in the order of the model."""
        for name in type(self).model_fields:
            target = getattr(self, name)
            if isinstance(target, RecoveryTarget):
                yield name, target


def _target(seconds: int, guarantee: Guarantee, *scenarios: Scenario) -> dict[str, Any]:
    return {"seconds": seconds, "guarantee": guarantee, "scenarios": scenarios}


_ZONE, _REGION, _DATABASE = Scenario.ZONE_LOSS, Scenario.REGION_LOSS, Scenario.DATABASE_FAILURE

PRESETS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    # ADR 0011 says which of 003's figures AWS bounds, and why the others are typical here.
    Preset.ACTIVE_ACTIVE: {
        "application_rto": _target(300, Guarantee.BOUND, _ZONE, _REGION),
        "database_rto": _target(60, Guarantee.TYPICAL, _DATABASE, _ZONE, _REGION),
        "dns_rto": _target(30, Guarantee.BOUND, Scenario.DNS),
        "region_rto": _target(900, Guarantee.TYPICAL, _REGION),
        "database_rpo": _target(1, Guarantee.TYPICAL, _DATABASE, _ZONE, _REGION),
        "application_rpo": _target(900, Guarantee.TYPICAL, _ZONE, _REGION),
    },
    Preset.SINGLE_REGION: {
        "application_rto": _target(900, Guarantee.TYPICAL, _ZONE),
        "database_rto": _target(900, Guarantee.TYPICAL, _ZONE, _DATABASE),
        "database_rpo": _target(3600, Guarantee.TYPICAL, _ZONE, _DATABASE, Scenario.ACCIDENTAL_DELETE),
        "application_rpo": _target(3600, Guarantee.TYPICAL, _ZONE),
    },
}
"""Preset → field → target. 003 and 004 say "less than"; a target is met at exactly so many seconds."""

"""Keep the features of a GuardDuty detector that a call does not name."""

# pyright: basic

from __future__ import annotations

from typing import Any

from moto.guardduty.models import Detector

REASON = (
    "moto's GuardDuty replaces all features of a detector by those of the call, so that each protection switches the "
    "others off."
)


def merged(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The features after a call, in the order in which they were named first."""
    found = {feature["name"]: feature for feature in old}
    for feature in new:
        found[feature["name"]] = found.get(feature["name"], {}) | feature
    return list(found.values())


def apply() -> None:
    """Merge in updates."""
    update = Detector.update

    def update_merged(self: Detector, *args: Any, **kwargs: Any) -> None:
        before = self.features
        update(self, *args, **kwargs)
        if self.features is not before:
            self.features = merged(before, self.features)

    Detector.update = update_merged

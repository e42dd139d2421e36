"""Controls that correct, as a CrossGuard pack of their own: what they correct is right in the cloud from the start.

The pack judges nothing, so that it goes with any other: `--policy-pack policies/packs/corrections --policy-pack
policies/packs/baseline`. The engine lets all packs correct before any of them judges.

A resource is corrected where its control fails and would block: not where that is unknown or a secret, and not where a
waiver or the profile of the environment lets it through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationArgs, ResourceValidationPolicy, Secret

from policies.catalogue import controls
from policies.control import Control
from policies.crossguard import Stack
from policies.engine_resources import registered, unwrapped
from policies.run import run
from policies.uncorrected import NEVER_CHANGED
from policies.verdicts import Fail

DEFAULTS = "__defaults"
"""Where the provider notes which of a resource's inputs it has chosen itself."""


def serve() -> None:
    """Serve the corrections to the engine that has started this process; does not return."""
    PolicyPack(
        "atoll-corrections",
        policies=[_policy(control) for control in correcting()],
        enforcement_level=EnforcementLevel.REMEDIATE,
        description="Atoll's controls that correct what is safe to correct",
    )


def correcting() -> tuple[Control, ...]:
    """The controls that correct, by id."""
    found = (control for control in controls().values() if isinstance(control, Control))
    return tuple(control for control in found if control.correct is not None)


def _policy(control: Control) -> ResourceValidationPolicy:
    def remediate(args: ResourceValidationArgs) -> dict[str, Any] | None:
        return remediated(control, args)

    return ResourceValidationPolicy(
        name=control.id,
        description=control.title,
        remediate=cast("Any", remediate),  # the SDK's type knows awaitables alone
        enforcement_level=EnforcementLevel.REMEDIATE,
    )


def remediated(control: Control, args: ResourceValidationArgs) -> dict[str, Any] | None:
    """The resource's properties as they should be; None where there is nothing to correct, or it would not help."""
    if control.correct is None or args.resource_type not in control.types or args.resource_type in NEVER_CHANGED:
        return None
    inputs: dict[str, Any] = unwrapped(args.props)
    if not _blocks(control, args, inputs):
        return None
    corrected = _kept_secret(inputs, control.correct(inputs))
    if _blocks(control, args, corrected):
        return None
    return _no_default(inputs, corrected)


def _blocks(control: Control, args: ResourceValidationArgs, inputs: dict[str, Any]) -> bool:
    stack = Stack.of(args.urn)
    graph = stack.graph([registered(args, inputs)])
    done = run(graph, [control], layer=stack.layer, settings=stack.profile.settings, exact=False)
    known = tuple(result for result in done.results if isinstance(result.verdict, Fail))
    return bool(stack.judge(replace(done, results=known), every_control=False).blocking)


def _kept_secret(old: Any, new: Any) -> Any:
    """What was a secret stays one, whatever its value becomes."""
    if isinstance(old, Secret):
        return new if isinstance(new, Secret) else Secret(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        before, after = cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new)
        return {name: _kept_secret(before.get(name), value) for name, value in after.items()}
    return new


def _no_default(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """What is corrected is no longer the provider's own choice, which it would make anew."""
    chosen = new.get(DEFAULTS)
    if not isinstance(chosen, list):
        return new
    names = cast("list[Any]", chosen)
    return {**new, DEFAULTS: [name for name in names if not isinstance(name, str) or old.get(name) == new.get(name)]}

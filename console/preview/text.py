"""A preview of the estate for a person: what happens in each stack, and which of it comes from which other stack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from contracts.estate import SAID, EstatePreview, ResourceStep, StackPreview, StackStatus, Step

MOST: Final = 25
"""Resources of one stack that are listed; the machine form has all of them."""
MARKS: Final = {
    Step.CREATE: "+",
    Step.UPDATE: "~",
    Step.REPLACE: "±",
    Step.DELETE: "-",
    Step.UNDECIDED: "?",
    Step.SAME: " ",
}
_GRAVEST: Final = (Step.DELETE, Step.REPLACE, Step.UPDATE, Step.CREATE, Step.UNDECIDED)


def lines(preview: EstatePreview) -> Iterator[str]:
    """The preview, line by line."""
    width = max((len(each.stack) for each in preview.stacks), default=0)
    yield SAID
    yield ""
    yield from (f"{each.stack:<{width}}  {_headline(each)}" for each in preview.stacks)
    for each in preview.stacks:
        told = list(_stack(each))
        if told:
            yield from ("", f"{each.stack}:", *told)


def _headline(stack: StackPreview) -> str:
    if stack.status is StackStatus.WAITING:
        return f"not previewed: {stack.problem}, which cannot be previewed"
    if stack.status is StackStatus.REFUSED:
        return "refused: see below"
    parts = [f"{count} {_word(step)}" for step, count in stack.counts.items() if step is not Step.SAME]
    told = ", ".join(parts) or "no change"
    return told if stack.deployed else f"never deployed: {told}"


def _word(step: Step) -> str:
    return "cannot be decided before deployment" if step is Step.UNDECIDED else f"to {step.value}"


def _stack(stack: StackPreview) -> Iterator[str]:
    if stack.status is StackStatus.REFUSED:
        yield from (f"  {line}" for line in (stack.problem or "").splitlines())
        return
    if stack.deployed:  # of a stack that is new, everything is
        yield from _resources(stack)
        for output in stack.outputs:
            readers = f", read by {', '.join(output.readers)}" if output.readers else ""
            yield f"  output {output.output} is {output.step.value}{readers}"
    yield from _upstream(stack)


def _resources(stack: StackPreview) -> Iterator[str]:
    ordered = sorted(stack.resources, key=lambda one: (_GRAVEST.index(one.step), one.urn))
    yield from (f"  {_resource(one)}" for one in ordered[:MOST])
    if len(ordered) > MOST:
        yield f"  and {len(ordered) - MOST} more, all of them with --json"


def _resource(one: ResourceStep) -> str:
    parts = [f"{MARKS[one.step]} {one.type.rpartition(':')[2]} {one.name}"]
    paths = one.forced_by or one.paths
    if paths:
        listed = ", ".join(paths[:3]) + (" …" if len(paths) > 3 else "")
        parts.append(f"{listed} cannot be changed in place" if one.forced_by else listed)
    if one.causes:
        parts.append("from " + ", ".join(f"{cause.stack} {cause.output}".strip() for cause in one.causes[:3]))
    if one.holds:
        parts.append(f"{one.holds} would be lost")
    if one.protected:
        parts.append("protected: the engine will refuse")
    return "; ".join(parts)


def _upstream(stack: StackPreview) -> Iterator[str]:
    """Output of another stack → what it leads to here."""
    led: dict[tuple[str, str], Counter[Step]] = defaultdict(Counter)
    for one in stack.resources:
        for cause in one.causes:
            led[cause.stack, cause.output][one.step] += 1
    for (peer, output), counts in sorted(led.items()):
        told = ", ".join(f"{counts[step]} to {step.value}" for step in Step if counts[step])
        yield f"  from {peer} {output}: {told}"

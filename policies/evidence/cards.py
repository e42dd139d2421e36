"""The card of a control on the evidence page: what it wants, what it said of each resource, what it supports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from policies.control import Severity
from policies.evidence.model import Answer, ControlEvidence, Standing, Status

TONES = {
    Standing.FINDINGS: "bad",
    Standing.UNPROVED: "warn",
    Standing.EXCEPTIONS: "warn",
    Standing.SUPPORTED: "good",
    Standing.NOTHING: "idle",
    Standing.NO_CONTROL: "idle",
    Status.BLOCKS: "bad",
    Status.ADVISES: "warn",
    Status.WAIVED: "warn",
    Status.PASS: "good",
    Status.NOT_APPLICABLE: "idle",
}
WORST = tuple(Severity)[::-1]
ORDER = (Standing.FINDINGS, Standing.UNPROVED, Standing.EXCEPTIONS, Standing.SUPPORTED, Standing.NOTHING)


def card(found: ControlEvidence) -> Iterator[str]:
    """The card, in HTML."""
    control = found.control
    frameworks = " ".join(sorted({r.framework for r in found.supports}))
    yield (
        f'<details class="control" id="c-{control.id}" data-frameworks="{frameworks}" '
        f'data-severities="{control.severity}" '
        f'data-verdicts="{word(found.standing)}"><summary>{badge(found.standing)}'
        f'<span class="severity {control.severity}">{control.severity}</span>'
        f'<span class="title">{escape(control.title)}<code>{control.id}</code></span>'
        f'<span class="counts">{_counts(found)}</span></summary><div class="body">'
    )
    yield f"<p>{escape(control.rationale)}</p>"
    yield f"<p><b>How to meet it.</b> {escape(control.remediation.summary)}.</p>"
    yield f"<pre><code>{escape(control.remediation.snippet)}</code></pre>"
    yield from _answers(found)
    yield from _supports(found)
    yield f"<h3>At run time</h3><p>{escape(found.runtime)}</p>"
    yield from _proofs(found)
    yield "</div></details>"


def _supports(found: ControlEvidence) -> Iterator[str]:
    if not found.supports:
        return
    yield "<h3>Supports</h3><ul>"
    by: dict[tuple[str, str], list[str]] = {}
    for requirement in found.supports:
        by.setdefault((requirement.framework, requirement.source), []).append(requirement.id)
    for (framework, source), some in by.items():
        yield f'<li>{framework} {escape(", ".join(some))} <span class="by">{escape(source)}</span></li>'
    yield "</ul>"


def _counts(found: ControlEvidence) -> str:
    counts = found.counts
    told = [f"{counts[s]} {s}" for s in Status if counts[s] and s is not Status.NOT_APPLICABLE]
    return ", ".join(told) or "no resource of its kind"


def _answers(found: ControlEvidence) -> Iterator[str]:
    shown = sorted(
        (a for a in found.answers if a.status is not Status.NOT_APPLICABLE),
        key=lambda a: (a.status is Status.PASS, a.name),
    )
    skipped = Counter(a.says for a in found.answers if a.status is Status.NOT_APPLICABLE)
    if shown:
        yield '<div class="wrap"><table class="answers"><thead><tr><th>Verdict</th><th>Resource</th><th>Says</th></tr>'
        yield "</thead><tbody>"
        for answer in shown:
            yield _answer(answer)
        yield "</tbody></table></div>"
    for reason, number in sorted(skipped.items()):
        yield f'<p class="empty">Not applicable to {number}: {escape(reason)}</p>'


def _answer(answer: Answer) -> str:
    place = f' <span class="by mono">{escape(answer.source)}</span>' if answer.source else ""
    says = escape(answer.says) or '<span class="empty">as the title says</span>'
    if not answer.proved:
        says += ' <span class="badge warn">not proved here</span>'
    if answer.waiver is not None:
        waiver = answer.waiver
        waived = f"waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"
        says += f'<br><span class="by">{escape(waived)}</span>'
    elif answer.why:
        says += f'<br><span class="by">{escape(answer.why)}</span>'
    return (
        f'<tr><td>{badge(answer.status)}</td><td><span class="mono" title="{escape(answer.urn)}">{escape(answer.name)}'
        f'</span><br><span class="by">{escape(answer.type or "the stack as a whole")}</span>{place}</td>'
        f"<td>{says}</td></tr>"
    )


def _proofs(found: ControlEvidence) -> Iterator[str]:
    yield "<h3>Proof that it sees</h3>"
    if not found.proofs:
        yield '<p class="empty">No mutation of the compliant stack is recorded for it.</p>'
        return
    items = "".join(
        f"<li><code>{escape(proof.partition('[')[2].removesuffix(']'))}</code></li>" for proof in found.proofs
    )
    yield (
        f"<details><summary>{len(found.proofs)} changes of a compliant stack that it must notice, each a test</summary>"
        f"<p><code>{escape(found.proofs[0].partition('[')[0])}[…]</code></p><ul>{items}</ul></details>"
    )


def badge(what: Standing | Status) -> str:
    """A standing or a status with its sign and colour."""
    return f'<span class="badge {TONES[what]}">{what}</span>'


def word(standing: Standing) -> str:
    """As the filters name it."""
    return standing.value.replace(" ", "-")

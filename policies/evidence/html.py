"""Evidence as one HTML page that needs nothing else: no network, no fonts, and without scripts everything is there."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib import resources

from policies.evidence.cards import ORDER, TONES, WORST, badge, card, word
from policies.evidence.frameworks import Framework
from policies.evidence.model import CLAIM, ControlEvidence, Evidence, RequirementEvidence, Standing, Status
from policies.evidence.stable import moment

MANY = {
    Standing.FINDINGS: "with findings",
    Standing.EXCEPTIONS: "with exceptions",
    Standing.NO_CONTROL: "without a control",
}
"""How a number of requirements is told, where it is not the word itself."""


def to_html(evidence: Evidence) -> str:
    """The page."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (  # widths of the bars are inline styles
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"Evidence: {evidence.stack}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *_body(evidence),
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _asset(name: str) -> str:
    return resources.files(__package__ or "policies.evidence").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _body(evidence: Evidence) -> Iterator[str]:
    yield '<a class="skip" href="#controls">Skip to the controls</a>'
    yield from _head(evidence)
    yield from _filters(evidence)
    yield "<main>"
    yield from _problems(evidence)
    yield '<h2 id="requirements">Requirements</h2>'
    known = {found.control.id: found for found in evidence.controls}
    for framework in evidence.chosen:
        yield from _framework(framework, [r for r in evidence.requirements if r.framework == framework.id], known)
    yield '<h2 id="controls">Controls</h2>'
    yield '<p id="none" class="empty" hidden>No control answers to these filters.</p>'
    ranked = sorted(
        evidence.controls, key=lambda c: (ORDER.index(c.standing), WORST.index(c.control.severity), c.control.id)
    )
    for found in ranked:
        yield from card(found)
    yield from _exceptions(evidence)
    yield "</main>"
    yield (
        "<footer>The same input gives this same page, byte for byte: its date is that of the newest commit or of the "
        "day that was asked for. Every verdict can be asked again with <code>atoll policy check "
        f"{escape(evidence.stack)}</code>.</footer>"
    )


def _head(evidence: Evidence) -> Iterator[str]:
    counts = Counter(answer.status for found in evidence.controls for answer in found.answers)
    unproved = sum(found.standing is Standing.UNPROVED for found in evidence.controls)
    asked = sum(found.standing is not Standing.NOTHING for found in evidence.controls)
    yield '<header class="top"><div><div class="headline">'
    yield f"<h1>Evidence about stack {escape(evidence.stack)}</h1>"
    yield '<button type="button" class="switch" id="theme" hidden>Dark page</button></div>'
    yield (
        f'<p class="facts">Project <b>{escape(evidence.project)}</b>, '
        f"environment <b>{escape(evidence.environment)}</b>, "
        f"enforced as <b>{escape(evidence.profile)}</b>, commit <code>{escape(evidence.commit)}</code>, "
        f"as of <b>{moment(evidence.as_of).replace('T', ' ').replace('Z', ' UTC')}</b></p>"
    )
    yield f'<p class="claim">{escape(CLAIM)}</p>'
    yield '<ul class="tiles">'
    tiles = (
        (asked, f"of {len(evidence.controls)} controls had something to check", ""),
        (counts[Status.PASS], "answers pass", "good"),
        (counts[Status.BLOCKS], "findings block", "bad"),
        (counts[Status.ADVISES] + counts[Status.WAIVED], "advised or waived", "warn"),
        (unproved, "controls not proved here", "warn"),
    )
    for number, said, tone in tiles:
        yield f'<li><strong class="{tone if number else ""}">{number:,}</strong><span>{said}</span></li>'
    yield '</ul><div class="meters">'
    for framework in evidence.chosen:
        yield _meter(framework, [r for r in evidence.requirements if r.framework == framework.id])
    yield "</div></div></header>"


def _meter(framework: Framework, requirements: list[RequirementEvidence]) -> str:
    counts = Counter(r.standing for r in requirements)
    shown = [(s, counts[s]) for s in (*ORDER, Standing.NO_CONTROL) if counts[s]]
    bars = "".join(
        f'<i class="{"none" if s is Standing.NO_CONTROL else TONES[s]}" style="flex:{n}"></i>' for s, n in shown
    )
    said = ", ".join(f"{n} {MANY.get(s, s.value)}" for s, n in shown)
    if framework.sections:
        said = said.replace(MANY[Standing.NO_CONTROL], "whole sections without a control")
    return (
        f'<div class="meter"><a href="#f-{framework.id}">{escape(framework.title)}</a>'
        f'<div class="stack" aria-hidden="true">{bars}</div><small>{said}</small></div>'
    )


def _filters(evidence: Evidence) -> Iterator[str]:
    def options(values: Iterable[tuple[str, str]]) -> str:
        return "".join(f'<option value="{escape(value)}">{escape(said)}</option>' for value, said in values)

    frameworks = options((f.id, f.title) for f in evidence.chosen)
    severities = options((s.value, s.value) for s in WORST)
    verdicts = options((word(s), s.value) for s in (*ORDER, Standing.NO_CONTROL))
    yield '<div class="bar" role="search"><div>'
    yield '<form id="filters" style="display:contents">'
    yield '<label class="find">Search<input id="text" type="search" '
    yield 'placeholder="control, resource, requirement, words"></label>'
    yield f'<label>Framework<select id="framework"><option value="">all</option>{frameworks}</select></label>'
    yield f'<label>Severity<select id="severity"><option value="">all</option>{severities}</select></label>'
    yield f'<label>Verdict<select id="verdict"><option value="">all</option>{verdicts}</select></label>'
    yield '<button type="reset">Clear</button></form>'
    yield '<output id="count" for="text framework severity verdict" aria-live="polite"></output></div></div>'


def _framework(
    framework: Framework, requirements: list[RequirementEvidence], known: Mapping[str, ControlEvidence]
) -> Iterator[str]:
    supported = sum(bool(r.controls) for r in requirements)
    said = f"controls support {supported} of its {len(requirements)} requirements"
    if framework.sections:
        bare = sum(r.section for r in requirements)
        said = (
            f"controls support {supported} requirements; nothing looks at {bare} whole sections; others are not listed"
        )
    yield f'<details class="group" id="f-{framework.id}"><summary><h3>{escape(framework.title)}</h3> '
    yield f'<span class="by">{said}</span></summary>'
    yield '<div class="wrap"><table class="requirements"><thead><tr><th>Requirement</th><th>Standing</th>'
    yield "<th>Controls that support it, and who says so</th></tr></thead><tbody>"
    for requirement in requirements:
        yield _requirement(requirement, known)
    yield "</tbody></table></div></details>"


def _requirement(requirement: RequirementEvidence, known: Mapping[str, ControlEvidence]) -> str:
    said = ""
    for source in dict.fromkeys(source for _, source in requirement.controls):
        chips = "".join(
            f'<li><span class="mark {TONES[known[control].standing]}"></span><a href="#c-{control}">{control}</a>'
            f'<span class="unseen">: {known[control].standing}</span></li>'
            for control, by in requirement.controls
            if by == source
        )
        said += f'<div class="source"><span class="by">{escape(source)}</span><ul class="chips">{chips}</ul></div>'
    if not said:
        what = "this whole section" if requirement.section else "it"
        said = f'<div class="empty">Nothing here looks at {what}: show it by other means.</div>'
    if requirement.unbuilt:
        rows = escape(", ".join(requirement.unbuilt))
        said += f'<div class="by">Rows of the catalogue without a control: {rows}</div>'
    severities = " ".join(sorted({known[control].control.severity.value for control, _ in requirement.controls}))
    return (
        f'<tr class="requirement" data-frameworks="{requirement.framework}" data-severities="{severities}" '
        f'data-verdicts="{word(requirement.standing)}">'
        f'<td class="id">{escape(requirement.id)}</td><td>{badge(requirement.standing)}</td><td>{said}</td></tr>'
    )


def _exceptions(evidence: Evidence) -> Iterator[str]:
    yield '<h2 id="exceptions">Waivers and advice</h2>'
    if evidence.waivers:
        yield '<div class="wrap"><table><thead><tr><th>Control</th><th>Resource</th><th>Reason</th><th>Owner</th>'
        yield "<th>Ends</th></tr></thead><tbody>"
        for w in evidence.waivers:
            yield (
                f'<tr><td><a href="#c-{w.control}">{w.control}</a></td>'
                f'<td class="mono">{escape(w.target.split("::")[-1])}</td>'
                f"<td>{escape(w.reason)}</td><td>{escape(w.owner)}</td><td>{w.expires}</td></tr>"
            )
        yield "</tbody></table></div>"
    else:
        yield '<p class="empty">There is no waiver for this stack.</p>'
    if evidence.advice:
        yield f"<p>In {escape(evidence.environment)} these controls only advise:</p><ul>"
        for control, why in evidence.advice:
            yield f'<li><a href="#c-{control}">{control}</a>: {escape(why)}</li>'
        yield "</ul>"
    else:
        yield f'<p class="empty">Every control blocks in {escape(evidence.environment)}.</p>'


def _problems(evidence: Evidence) -> Iterator[str]:
    if evidence.problems:
        yield '<h2 class="bad">The check itself is broken</h2><ul>'
        yield from (f"<li>{escape(problem)}</li>" for problem in evidence.problems)
        yield "</ul>"

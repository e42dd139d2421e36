"""A report as one HTML page that needs nothing else: no network, no script, no fonts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources

from console.change.words import (
    BEHIND,
    NONE,
    TITLES,
    TONES,
    VERDICTS,
    WORDS,
    Links,
    Told,
    answer,
    broken,
    dollars,
    sides,
    told,
    worst,
)
from contracts.change import AnyDelta, ChangeReport, Question, ResourceDelta, Side, Verdict

_BAD = {Verdict.BREAKING: "bad", Verdict.BLOCKED: "bad", Verdict.LOOK: "warn", Verdict.UNCHANGED: "good"}


def to_html(report: ChangeReport, links: Links | None = None) -> str:
    """The page, in the look of the evidence page."""
    style = resources.files("policies.evidence").joinpath("page.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Change report: {escape(sides(report))}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *_body(report, links or Links()),
            "</body>",
            "</html>",
            "",
        ]
    )


def _body(report: ChangeReport, links: Links) -> Iterator[str]:
    yield '<header class="top"><div>'
    yield f'<h1 class="{_BAD.get(report.verdict, "")}">{escape(VERDICTS[report.verdict])}</h1>'
    yield f'<p class="facts"><code>{escape(sides(report))}</code>, <b>{len(report.stacks)}</b> stacks</p>'
    yield (
        '<p class="claim">Worked out from the program alone: no credentials, no call to AWS. What is known after '
        "deployment only is told as unknown, never as the same.</p>"
    )
    yield "</div></header><main>"
    yield from _summary(report)
    for question in report.asked:
        yield from _question(report, question, links)
    yield from _stacks(report, links)
    yield "</main>"


def _summary(report: ChangeReport) -> Iterator[str]:
    if broken(report):
        yield '<p class="bad">Some stacks cannot be built in one of the revisions: <a href="#stacks">why</a>.</p>'
    yield '<div class="wrap"><table><thead><tr><th>Question</th><th>Answer</th></tr></thead><tbody>'
    for question in Question:
        effect = worst(report, question)
        tone = TONES[effect] if effect else "good" if question in report.asked else "idle"
        name = f'<a href="#{question}">{TITLES[question]}</a>' if report.of(question) else TITLES[question]
        yield f'<tr><td>{name}</td><td><span class="mark {tone}">{escape(answer(report, question))}</span></td></tr>'
    yield "</tbody></table></div>"


def _stacks(report: ChangeReport, links: Links) -> Iterator[str]:
    yield '<h2 id="stacks">Stacks</h2><div class="wrap"><table><thead><tr><th>Stack</th><th>Resources</th>'
    yield "<th>USD a month</th><th>Known after deployment only</th></tr></thead><tbody>"
    for stack in report.stacks:
        sides_told = [
            {Side.THERE: str(number), Side.ABSENT: NONE, Side.BROKEN: "cannot be built"}[side]
            for side, number in ((stack.before, stack.resources_before), (stack.after, stack.resources_after))
        ]
        usd = dollars(stack.cost_before, stack.cost_after)
        problem = f"<pre>{escape(stack.problem)}</pre>" if stack.problem else ""
        name = f'<a href="{escape(links.file(f"Pulumi.{stack.stack}.yaml"))}">{escape(stack.stack)}</a>'
        yield (
            f'<tr><td class="id">{name}{problem}</td><td>{" → ".join(sides_told)}</td>'
            f"<td>{usd}</td><td>{stack.undecided}</td></tr>"
        )
    yield "</tbody></table></div>"


def _question(report: ChangeReport, question: Question, links: Links) -> Iterator[str]:
    rows = told(report, question)
    if not rows:
        return
    yield f'<h2 id="{question}">{TITLES[question]}</h2><p class="facts">{escape(answer(report, question))}. '
    yield f"All that these figures are made of: <code>{escape(BEHIND[question])}</code></p>"
    yield '<div class="wrap"><table><thead><tr><th></th><th>Stack</th><th>Difference</th><th>From</th></tr></thead>'
    yield "<tbody>"
    for row in rows:
        delta = row.delta
        yield (
            f'<tr><td><span class="badge {TONES[delta.effect]}">{WORDS[delta.effect]}</span></td>'
            f"<td>{escape(row.where)}</td><td>{escape(delta.sentence)}{_more(delta)}</td>"
            f"<td>{_from(row, links)}</td></tr>"
        )
    yield "</tbody></table></div>"


def _more(delta: AnyDelta) -> str:
    """What a sentence leaves out, folded."""
    if isinstance(delta, ResourceDelta) and delta.properties:
        rows = "".join(
            f"<tr><td class=id>{escape(each.path)}</td><td><code>{escape(each.before or 'not set')}</code></td>"
            f"<td><code>{escape(each.after or 'not set')}</code></td></tr>"
            for each in delta.properties
        )
        counted = "1 property" if len(delta.properties) == 1 else f"{len(delta.properties)} properties"
        return f"<details><summary>{counted}</summary><table>{rows}</table></details>"
    if delta.question is Question.COST and delta.assumes:
        items = "".join(f"<li>{escape(item)}</li>" for item in delta.assumes)
        counted = "1 assumption" if len(delta.assumes) == 1 else f"{len(delta.assumes)} assumptions"
        return f"<details><summary>{counted}</summary><ul>{items}</ul></details>"
    return ""


def _from(row: Told, links: Links) -> str:
    shown: list[str] = []
    for origin in row.origins:
        text, address = links.of(origin)
        link = f'<a href="{escape(address)}">{escape(text)}</a>' if address else f"<code>{escape(text)}</code>"
        shown.append(link)
    return " ".join(dict.fromkeys(shown))

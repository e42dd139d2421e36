"""A rehearsal as one HTML page that needs nothing else: no network, no fonts, no scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from console.dr.rehearsal.record import Kind, PlanTime, Rehearsal, StepTime, StoreCount

_WORDS = {"region-loss": "loss of", "database-failure": "failure of the database in", "zone-loss": "loss of zone"}


def to_html(found: Rehearsal) -> str:
    """The page."""
    style = "".join(
        resources.files(package).joinpath("page.css").read_text(encoding="utf-8")
        for package in ("policies.evidence", "console.dr.rehearsal")
    )
    title = f"Rehearsal: {_WORDS.get(found.scenario.value, found.scenario.value)} {found.place}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *_head(found, title),
            "<main>",
            *_claims(found),
            *_stores(found),
            *_moments(found),
            *_plans(found),
            *_world(found),
            *_honesty(found),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head(found: Rehearsal, title: str) -> Iterator[str]:
    failing = sum(not claim.holds for claim in found.claims)
    missing = sum(store.missing for store in found.stores)
    strict = sum(store.missing for store in found.stores if store.loses_nothing)
    yield '<header class="top"><div>'
    yield f"<h1>{escape(title)}</h1>"
    yield (
        f'<p class="facts">Environment <b>{escape(found.environment)}</b>, in the embedded cloud, '
        f"<b>{escape(found.began)} UTC</b>, {found.seconds:.0f} s</p>"
    )
    verdict = "Everything was shown that was to be shown." if found.holds else f"{failing} claims do not hold."
    yield f'<p class="claim">{verdict} Times of this machine are not times of AWS: see the end of the page.</p>'
    yield '<ul class="tiles">'
    tiles = (
        (failing, f"of {len(found.claims)} claims do not hold", "bad"),
        (sum(store.acknowledged for store in found.stores), "orders acknowledged", ""),
        (strict, "lost where nothing may be lost", "bad"),
        (missing - strict, "missing where copies lag", "warn"),
        (len(found.unreplicated), "listed from the old writer", ""),
    )
    for number, said, tone in tiles:
        yield f'<li><strong class="{tone if number else ""}">{number:,}</strong><span>{said}</span></li>'
    yield "</ul></div></header>"


def _claims(found: Rehearsal) -> Iterator[str]:
    yield '<h2 id="claims">What was to be shown</h2>'
    rows = [
        (f'<b class="{"good" if one.holds else "bad"}">{"holds" if one.holds else "fails"}</b>', one.claim, one.found)
        for one in sorted(found.claims, key=lambda one: one.holds)
    ]
    yield from _table(("", "claim", "found"), [(mark, escape(claim), escape(was)) for mark, claim, was in rows])


def _stores(found: Rehearsal) -> Iterator[str]:
    yield '<h2 id="orders">Orders</h2>'
    columns = ("store", "may lose with a region", "acknowledged", "refused", "missing", "came back", "listed", "twice")
    yield from _table((*columns, "longest stop, s"), [_store(store) for store in found.stores])


def _store(store: StoreCount) -> tuple[str | int, ...]:
    missing = str(store.missing)
    if store.oldest_missing is not None:
        missing += f"<br><small>oldest {store.oldest_missing:.1f} s before the loss</small>"
    return (
        escape(store.store),
        escape(store.promise),
        store.acknowledged,
        store.refused,
        missing,
        store.returned,
        store.listed,
        store.duplicated,
        f"{store.longest_stop:.1f}",
    )


def _moments(found: Rehearsal) -> Iterator[str]:
    yield '<h2 id="timeline">What happened</h2><ol class="moments">'
    for moment in found.moments:
        tone = moment.kind.value if moment.kind in (Kind.DISASTER, Kind.PLAN) else ""
        yield f'<li class="{tone}"><time>{moment.at:.1f} s</time> {escape(moment.what)}</li>'
    yield "</ol>"


def _plans(found: Rehearsal) -> Iterator[str]:
    for plan in found.plans:
        yield f"<h2>Plan {escape(plan.plan)}: {escape(plan.outcome)}</h2>"
        yield (
            f"<p>{escape(plan.title)}. {plan.seconds:.1f} s here; about {plan.typical:,} s on AWS, without the time "
            "that people take to agree.</p>"
        )
        yield from _table(("step", "", "here, s", "AWS, s", "at most, s", "calls and notes"), list(_steps(plan)))


def _steps(plan: PlanTime) -> Iterator[tuple[str | int, ...]]:
    for step in plan.steps:
        bound = "no bound" if step.bound is None else f"{step.bound:,}"
        yield (
            f"{escape(step.title)}<br><code>{escape(step.step)}</code>",
            f'<span class="{"warn" if step.state == "failed" else ""}">{escape(step.state)}</span>',
            f"{step.seconds:.1f}",
            step.typical,
            bound,
            _said(step),
        )


def _said(step: StepTime) -> str:
    lines = [f"<li><code>{escape(call)}</code></li>" for call in step.calls]
    lines += [f"<li>{escape(note)}</li>" for note in step.notes]
    return f'<ul class="plain">{"".join(lines)}</ul>' if lines else ""


def _world(found: Rehearsal) -> Iterator[str]:
    yield "<h2>Where clients are led, and where the database is written</h2>"
    rows = [
        (
            escape(one.when),
            ", ".join(f"{escape(stack)} {share:.0%}" for stack, share in one.answers.items()),
            escape(found.writers.get(one.when, "")),
        )
        for one in found.traffic
    ]
    if rows:
        yield from _table(("when", "answers", "writer"), rows)
    if found.previews:
        yield "<h2>What the program would change</h2>"
        yield from _table(
            ("when", "stack", "changes"),
            [
                (escape(one.when), escape(one.stack), "<br>".join(map(escape, one.changes)) or "none")
                for one in found.previews
            ],
        )
    if found.unreplicated:
        yield "<h2>Orders that only the old writer's snapshot holds</h2>"
        yield f"<p><code>{escape(', '.join(found.unreplicated))}</code></p>"


def _honesty(found: Rehearsal) -> Iterator[str]:
    yield "<h2>What is not as on AWS</h2>"
    yield f"<p>Took part: {escape(', '.join(found.machinery))}.</p><ul>"
    for note in found.modelled:
        yield f"<li>{escape(note)}</li>"
    yield "</ul>"


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str | int, ...]]) -> Iterator[str]:
    """A table; cells are HTML already, and figures stand to the right."""
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f"<th>{escape(column)}</th>" for column in columns)
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = (f'<td class="number">{cell}</td>' if _figure(cell) else f"<td>{cell}</td>" for cell in row)
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _figure(cell: str | int) -> bool:
    return isinstance(cell, int) or cell.replace(".", "", 1).replace(",", "").isdigit()

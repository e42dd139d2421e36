"""A report as Markdown for a pull request: the answer first, then what it stands on, folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.change.words import (
    BEHIND,
    GRAVE,
    NONE,
    TITLES,
    VERDICTS,
    WORDS,
    Links,
    Told,
    answer,
    dollars,
    sides,
    told,
    worst,
)
from contracts.change import AnyDelta, ChangeReport, CostOf, Effect, Question, Side, StackChange

MARK = "<!-- atoll change report -->"
"""First line, by which a later run finds the comment that it brings up to date."""
MOST = 40
"""Rows of one question; GitHub refuses a comment of more than 65,536 characters."""
UNFOLDED = 5
"""Rows of one question that are shown before anything is unfolded."""
LONGEST = 60_000
SIGNS = {
    Effect.BREAKS: "🛑",
    Effect.BLOCKS: "⛔",
    Effect.WARNS: "⚠️",
    Effect.UNKNOWN: "❔",
    Effect.INFORMS: "·",
    Effect.IMPROVES: "✅",
}


def to_markdown(report: ChangeReport, links: Links | None = None) -> str:
    """The report; shortened where a comment could not hold it, and then it says so."""
    where = links or Links()
    for most in (MOST, MOST // 2, MOST // 4, 3, 0):
        text = "\n".join(_lines(report, where, most)) + "\n"
        if len(text) <= LONGEST:
            break
    return text


def _lines(report: ChangeReport, links: Links, most: int) -> Iterator[str]:
    yield MARK
    yield f"## {VERDICTS[report.verdict]}"
    yield ""
    yield f"`{sides(report)}`, {len(report.stacks)} {'stack' if len(report.stacks) == 1 else 'stacks'}."
    yield ""
    yield "| question | answer |"
    yield "|---|---|"
    for question in Question:
        effect = worst(report, question)
        sign = f"{SIGNS[effect]} " if effect is not None and effect in GRAVE else ""
        yield f"| {TITLES[question]} | {sign}{_cell(answer(report, question))} |"
    yield ""
    yield from _grave(report, links, most)
    for question in report.asked:
        yield from _question(report, question, links, most)
    yield from _stacks(report.stacks, links)
    yield (
        "<sub>Worked out from the program alone: no credentials, no call to AWS. "
        "What is known after deployment only is told as unknown, never as the same.</sub>"
    )


def _grave(report: ChangeReport, links: Links, most: int) -> Iterator[str]:
    """What decides the verdict, unfolded: a stack that cannot be built, then the gravest of each question."""
    for problem, stacks in _problems(report).items():
        yield f"- {SIGNS[Effect.BLOCKS]} **{', '.join(stacks)}** cannot be built {problem}"
    for question in report.asked:
        grave = [each for each in told(report, question) if each.delta.effect in GRAVE[:3]]
        if grave:
            yield f"**{TITLES[question]}**"
            yield ""
        for each in grave[: min(most, UNFOLDED)]:
            stacks = f"({each.where}) " if each.where else ""
            head = f"- {SIGNS[each.delta.effect]} **{WORDS[each.delta.effect]}** {stacks}"
            yield f"{head}{_cell(each.delta.sentence)} {_from(each, links)}".rstrip()
        if more := len(grave[min(most, UNFOLDED) :]):
            yield f"- and {more} more below"
        if grave:
            yield ""


def _problems(report: ChangeReport) -> dict[str, list[str]]:
    """Why stacks cannot be built, told once where several have the same reason, a line for each of its lines."""
    found: dict[str, list[str]] = {}
    for stack in report.stacks:
        if Side.BROKEN in (stack.before, stack.after):
            side = "head" if stack.after is Side.BROKEN else "base"
            why = "<br>".join(_cell(line) for line in (stack.problem or "").splitlines())
            found.setdefault(f"at the {side}: {why}", []).append(stack.stack)
    return found


def _question(report: ChangeReport, question: Question, links: Links, most: int) -> Iterator[str]:
    rows = told(report, question)
    if not rows:
        return
    yield f"<details><summary><b>{TITLES[question]}</b>: {_cell(answer(report, question))}</summary>"
    yield ""
    yield "| | stack | difference | from |"
    yield "|---|---|---|---|"
    for each in rows[:most]:
        sentence = _cell(each.delta.sentence) + _assumed(each.delta)
        yield f"| {SIGNS[each.delta.effect]} | {each.where} | {sentence} | {_from(each, links)} |"
    if more := len(rows[most:]):
        yield f"| | | and {more} more: `atoll change report --format json` | |"
    yield ""
    yield f"All that these figures are made of: `{BEHIND[question]}`"
    yield ""
    yield "</details>"
    yield ""


def _assumed(delta: AnyDelta) -> str:
    if delta.question is not Question.COST or delta.of is not CostOf.RESOURCE or not delta.assumes:
        return ""
    return f"<br><sub>assumes {_cell('; '.join(delta.assumes))}</sub>"


def _stacks(stacks: Iterable[StackChange], links: Links) -> Iterator[str]:
    yield "<details><summary><b>Stacks</b></summary>"
    yield ""
    yield "| stack | resources | USD a month | of which prices not known | inputs known after deployment only |"
    yield "|---|---|---|---|---|"
    for stack in stacks:
        before, after = (_side(side, n) for side, n in _sides(stack))
        unknown = " → ".join(f"{cost.unknown}" if cost else NONE for cost in (stack.cost_before, stack.cost_after))
        name = f"[{stack.stack}]({links.file(f'Pulumi.{stack.stack}.yaml')})"
        usd = dollars(stack.cost_before, stack.cost_after)
        yield f"| {name} | {before} → {after} | {usd} | {unknown} | {stack.undecided} |"
    yield ""
    yield "</details>"
    yield ""


def _sides(stack: StackChange) -> tuple[tuple[Side, int], tuple[Side, int]]:
    return (stack.before, stack.resources_before), (stack.after, stack.resources_after)


def _side(side: Side, number: int) -> str:
    return {Side.THERE: str(number), Side.ABSENT: NONE, Side.BROKEN: "cannot be built"}[side]


def _from(row: Told, links: Links) -> str:
    shown: list[str] = []
    for origin in row.origins:
        text, address = links.of(origin)
        shown.append(f"[{text}]({address})" if address else f"`{text}`")
    return " ".join(dict.fromkeys(shown))


def _cell(text: str) -> str:
    """Text that cannot break out of a table, a link or a fold."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return plain.replace("<", "&lt;").replace(">", "&gt;").replace("`", "'").replace("@", "&#64;")

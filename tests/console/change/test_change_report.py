"""`atoll change report`: a real pair of revisions of this program, in every format."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from console.change.compare import compare
from console.change.html import to_html
from console.change.markdown import LONGEST, MARK, to_markdown
from console.change.store import Store
from console.change.words import Links
from console.cli import app
from console.exits import Exit
from contracts.change import (
    AnyDelta,
    ChangeReport,
    CostTotal,
    Effect,
    Origin,
    OriginKind,
    Question,
    ReachDelta,
    ReachKind,
    ResourceDelta,
    ResourceKind,
    Revision,
    Side,
    StackChange,
    Verdict,
    assemble,
)
from contracts.published import CHANGE_REPORT
from tests.conftest import PROJECT

pytestmark = pytest.mark.embedded
STACK, FILE_OF_STACK = "analytics-dev", "Pulumi.analytics-dev.yaml"


@dataclass(frozen=True)
class Past:
    """A commit that no branch knows, with another stack file than the newest one's."""

    commit: str
    head: str
    """Its successor in the comparison: the newest commit, by its id, for others may commit meanwhile."""
    store: Store


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """Objects and index of its own: the repository is not written to."""
    folder = tmp_path_factory.mktemp("past")
    objects = subprocess.run(
        ["git", "rev-parse", "--git-path", "objects"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.strip()
    (folder / "objects").mkdir()
    own = {
        "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str((PROJECT / objects).resolve()),
    }
    with pytest.MonkeyPatch.context() as patch:
        for key, value in own.items():
            patch.setenv(key, value)
        head = _git(dict(os.environ), "rev-parse", "HEAD")
        yield Past(_commit(folder, head), head, Store(folder / "store"))


def _git(env: dict[str, str], *arguments: str, put: str | None = None) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=PROJECT, env=env, input=put, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _commit(folder: Path, head: str) -> str:
    env = {**os.environ, "GIT_INDEX_FILE": str(folder / "index")}
    env |= {f"GIT_{who}_{what}": "t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    _git(env, "read-tree", head)
    for path, was, then in (
        (FILE_OF_STACK, "instances: 1", "instances: 2"),
        (FILE_OF_STACK, "volume_gib: 10", "volume_gib: 20"),
    ):
        text = _git(env, "show", f":{path}")
        assert was in text
        blob = _git(env, "hash-object", "-w", "--stdin", put=text.replace(was, then) + "\n")
        _git(env, "update-index", "--cacheinfo", f"100644,{blob},{path}")
    return _git(env, "commit-tree", _git(env, "write-tree"), "-p", head, "-m", "as it never was")


@pytest.fixture(scope="module")
def report(past: Past) -> ChangeReport:
    return compare(PROJECT, past.commit, past.head, stacks=[STACK], store=past.store)


def test_every_question_is_answered(report: ChangeReport) -> None:
    assert set(report.asked) == set(Question)
    assert [(s.stack, s.before, s.after) for s in report.stacks] == [(STACK, Side.THERE, Side.THERE)]


def test_changed_settings_show_as_resources_properties_and_dollars(report: ChangeReport) -> None:
    resources = {d.type: d for d in report.of(Question.RESOURCES) if isinstance(d, ResourceDelta)}
    domain = resources["aws:opensearch/domain:Domain"]
    changed = {each.path: (each.before, each.after) for each in domain.properties}
    assert domain.kind is ResourceKind.UPDATE
    assert changed["clusterConfig.instanceCount"] == ("2", "1")
    assert changed["ebsOptions.volumeSize"] == ("20", "10")
    (stack,) = report.stacks
    assert stack.cost_before is not None
    assert stack.cost_after is not None
    assert stack.cost_after.usd < stack.cost_before.usd
    assert any(d.effect is Effect.IMPROVES for d in report.of(Question.COST))


def test_every_difference_has_a_sentence_and_says_where_it_comes_from(report: ChangeReport) -> None:
    assert all(delta.sentence.endswith((".", ")")) for delta in report.deltas)
    measured = [d for d in report.deltas if d.question is Question.RESOURCES]
    assert measured
    assert all(delta.origins for delta in measured)


def test_machine_form_is_what_its_schema_says(report: ChangeReport) -> None:
    document = json.loads(report.model_dump_json())
    jsonschema.validate(document, json.loads(CHANGE_REPORT.render()))
    assert ChangeReport.model_validate(document) == report


def test_second_report_runs_no_program_and_says_the_same(
    report: ChangeReport, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a program was run although its content is known")

    monkeypatch.setattr("console.change.recording._run", refuse)
    assert compare(PROJECT, past.commit, past.head, stacks=[STACK], store=past.store) == report


def test_markdown_answers_first_and_links_every_file(report: ChangeReport) -> None:
    text = to_markdown(report, Links("https://example.com/blob/1"))
    assert text.startswith(f"{MARK}\n## ")
    assert text.index("| question | answer |") < text.index("<details>")
    assert "](https://example.com/blob/1/" in text
    assert "](https://aws.amazon.com/" in text
    assert text.count("<details>") == text.count("</details>")


def test_page_needs_nothing_else(report: ChangeReport) -> None:
    page = to_html(report)
    assert "<script" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert all(f'id="{question}"' in page for question in (Question.RESOURCES, Question.COST))


# -- what a report says ---------------------------------------------------------------------------------------------


def made(*effects: Effect, after: Side = Side.THERE) -> ChangeReport:
    deltas = [
        ResourceDelta(
            effect=effect,
            stack="dev",
            subject=f"urn:{number}",
            sentence=f"A{number} | b <script> `c` @somebody.",
            kind=ResourceKind.UPDATE,
            type="t",
        )
        for number, effect in enumerate(effects)
    ]
    stacks = [StackChange(stack="dev", before=Side.THERE, after=after, problem="no" if after is Side.BROKEN else None)]
    revisions = (Revision(name="main", commit="0" * 40), Revision(name="worktree", commit="1" * 40))
    return assemble(*revisions, [Question.RESOURCES], stacks, deltas)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (made(), Verdict.UNCHANGED),
        (made(Effect.INFORMS, Effect.IMPROVES), Verdict.INFORMATIVE),
        (made(Effect.INFORMS, Effect.UNKNOWN), Verdict.LOOK),
        (made(Effect.WARNS), Verdict.LOOK),
        (made(Effect.WARNS, Effect.BLOCKS), Verdict.BLOCKED),
        (made(Effect.BLOCKS, Effect.BREAKS), Verdict.BREAKING),
        (made(after=Side.BROKEN), Verdict.BLOCKED),
    ],
)
def test_verdict_is_that_of_the_gravest_difference(found: ChangeReport, verdict: Verdict) -> None:
    assert found.verdict is verdict


def test_comment_fits_and_says_so_when_there_is_more_than_it_holds() -> None:
    text = to_markdown(made(*[Effect.WARNS] * 5000))
    assert len(text) <= LONGEST
    assert "more: `atoll change report --format json`" in text


def test_text_of_a_program_cannot_break_out_of_the_report() -> None:
    assert "<script>" not in to_markdown(made(Effect.WARNS)) + to_html(made(Effect.WARNS))
    assert "@somebody" not in to_markdown(made(Effect.WARNS)), "nobody is notified by what a program says"


def of_stacks(*stacks: StackChange, deltas: Sequence[AnyDelta] = ()) -> ChangeReport:
    revisions = (Revision(name="main", commit="0" * 40), Revision(name="worktree", commit="1" * 40))
    return assemble(*revisions, [Question.REACH, Question.COST], stacks, deltas)


def closed(stack: str) -> ReachDelta:
    return ReachDelta(
        effect=Effect.BREAKS,
        stack=stack,
        subject="ecs → cache",
        sentence="ecs no longer reaches cache at tcp 6379.",
        origins=(Origin(kind=OriginKind.FILE, at="components/network/security_groups.py:143"),),
        kind=ReachKind.CLOSED,
        source="ecs",
        target="cache",
        ports="tcp 6379",
    )


def stack(name: str, *, after: Side = Side.THERE, problem: str | None = None) -> StackChange:
    cost = CostTotal(usd=Decimal("1200.50"), unknown=0)
    there = after is Side.THERE
    return StackChange(
        stack=name,
        before=Side.THERE,
        after=after,
        problem=problem,
        cost_before=cost,
        cost_after=cost if there else None,
    )


def test_difference_is_told_once_with_its_stacks_when_several_have_it() -> None:
    text = to_markdown(of_stacks(stack("prod"), stack("prod-west"), deltas=[closed("prod"), closed("prod-west")]))
    line = "(prod, prod-west) ecs no longer reaches cache at tcp 6379. [components/network/security_groups.py:143]"
    assert text.count(line) == 1


def test_nothing_is_said_to_be_the_same_when_no_stack_can_be_built() -> None:
    problem = "Pulumi.prod.yaml:3  wrong\n  fix it"
    text = to_markdown(of_stacks(*(stack(name, after=Side.BROKEN, problem=problem) for name in ("prod", "global"))))
    assert "| Reachability | ❔ not known: no stack can be built on both sides |" in text
    assert "- ⛔ **global, prod** cannot be built at the head: Pulumi.prod.yaml:3 wrong<br>fix it" in text


def test_stack_is_left_out_of_both_sums_when_it_cannot_be_priced_on_one_side() -> None:
    text = to_markdown(of_stacks(stack("prod"), stack("global", after=Side.BROKEN, problem="no")))
    assert "| Cost | ❔ $1,200.50 a month, no difference; without global |" in text


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["change", "report", *arguments])


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.BREAKING, Exit.DRIFT),
        (Verdict.BLOCKED, Exit.FINDINGS),
        (Verdict.LOOK, Exit.OK),
        (Verdict.INFORMATIVE, Exit.OK),
    ],
)
def test_exit_status_tells_breaking_and_blocked_from_the_rest(
    verdict: Verdict, status: Exit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = made().model_copy(update={"verdict": verdict})
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr("console.change.compare.compare", lambda *_, **__: found)  # pyright: ignore[reportUnknownLambdaType,reportUnknownArgumentType]
    done = run("--base", "main", "--format", "markdown,html,json", "--output", str(tmp_path / "out"))
    assert done.exit_code == status, done.output
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "change-report.html",
        "change-report.json",
        "change-report.md",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "nowhere"], "git knows no revision 'nowhere'"),
        (["--base", "HEAD", "--head", "HEAD", "--stack", "nope", "--stack", "dev"], "neither revision has nope"),
        (["--base", "HEAD", "--format", "pdf,html"], "there is no format pdf"),
        (["--base", "HEAD", "--format", "json,html"], "add --output DIR"),
    ],
)
def test_wrong_question_is_told_what_is_right(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    done = run(*arguments)
    assert done.exit_code == Exit.USAGE
    assert message in done.stderr
    assert "Traceback" not in done.stderr

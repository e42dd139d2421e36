"""`atoll change report` and `schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console import project
from console.change.tree import WORKTREE, RevisionError
from console.exits import Exit
from console.project import ProjectError
from console.schema import CheckOnly, Write, keep
from console.talk import expects, fail, result, say
from graph.errors import GraphError

app = typer.Typer(no_args_is_help=True, help="What a change of the program means, before it is deployed.")
FORMATS = {"markdown": "change-report.md", "html": "change-report.html", "json": "change-report.json"}
"""Format → the file it is written to."""


@app.callback()
def change() -> None:
    """What a change of the program means, before it is deployed."""


@app.command()
@expects(ProjectError, RevisionError, LookupError, status=Exit.USAGE)
@expects(GraphError, OSError)
def report(
    base: Annotated[str, typer.Option(help="The earlier revision, such as main or HEAD~1.")],
    head: Annotated[str, typer.Option(help="The later one; `worktree` for the files as they are.")] = WORKTREE,
    stack: Annotated[
        list[str] | None,
        typer.Option("-s", "--stack", help="Only this stack; may be repeated. All of both revisions if left out."),
    ] = None,
    environment: Annotated[str | None, typer.Option(help="Only the stacks of one environment.")] = None,
    formats: Annotated[str, typer.Option("--format", help="markdown, html, json; several with commas.")] = "markdown",
    output: Annotated[Path | None, typer.Option(help="Folder to write to; standard output if left out.")] = None,
    links: Annotated[str, typer.Option(help="Address that paths are appended to; relative links if left out.")] = "",
) -> None:
    """Compare two revisions: contracts, resources, reachability, access, policies, recovery, parity and cost.

    Both programs are run against a recorder, without credentials; what was worked out once is kept by its content.
    Exit code 0: nothing refuses it, 2: no such revision or stack, 3: it would not be deployed, 5: it breaks something.
    """
    from console.change.compare import compare
    from console.change.html import to_html
    from console.change.markdown import to_markdown
    from console.change.words import VERDICTS, Links
    from contracts.change import Verdict

    wanted = list(dict.fromkeys(part.strip() for part in formats.split(",")))
    if unknown := [name for name in wanted if name not in FORMATS]:
        fail(f"there is no format {', '.join(unknown)}; there are {', '.join(FORMATS)}", Exit.USAGE)
    if output is None and len(wanted) > 1:
        fail("several formats need a folder: add --output DIR", Exit.USAGE)
    say(f"Running the programs of {base} and {head}: minutes the first time; what is worked out once is kept.")
    found = compare(project.root(), base, head, stacks=stack or (), environment=environment)
    where = Links(links.rstrip("/"))
    writers = {
        "markdown": lambda: to_markdown(found, where),
        "html": lambda: to_html(found, where),
        "json": lambda: found.model_dump_json(indent=2) + "\n",
    }
    for name in wanted:
        text = writers[name]()
        if output is None:
            result(text.rstrip())
            continue
        output.mkdir(parents=True, exist_ok=True)
        (output / FORMATS[name]).write_text(text, encoding="utf-8")
        say(f"wrote {output / FORMATS[name]}")
    say(f"{VERDICTS[found.verdict]}.")
    if found.verdict is Verdict.BREAKING:
        raise typer.Exit(Exit.DRIFT)
    if found.verdict is Verdict.BLOCKED:
        raise typer.Exit(Exit.FINDINGS)


@app.command("schema")
def schema_command(write: Write = False, check_only: CheckOnly = False) -> None:
    """Keep the JSON Schema of the report's machine form current; without an option, print it."""
    from contracts.published import CHANGE_REPORT

    keep(CHANGE_REPORT, "change", write=write, check_only=check_only)

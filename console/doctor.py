"""`atoll doctor`: what this machine has, what will be used, and what stands in for what."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Annotated

import typer

from console.exits import Exit
from console.talk import result, result_json
from embedded.cloud import Cloud
from embedded.engine import EngineError
from embedded.home import cache_dir, state_dir
from embedded.kubernetes.programs import VERSION, cached
from embedded.plugins import PluginError, PluginKind
from embedded.session import Session


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    found: str
    ok: bool
    note: str = ""


def _findings() -> list[Finding]:
    found = [
        Finding("python", sys.version.split()[0], sys.version_info >= (3, 11), "3.11 or newer is needed"),
        Finding("pulumi SDK", version("pulumi"), True),
        Finding("cache", str(cache_dir()), True),
        Finding("state", str(state_dir()), True),
    ]
    cloud = Cloud.running(state_dir())
    found.append(
        Finding("embedded cloud", cloud.url if cloud else "stopped", True, "" if cloud else "starts by itself")
    )
    try:
        session = Session.open()
    except (EngineError, PluginError) as error:
        return [*found, Finding("engine and plug-ins", "missing", False, str(error))]
    found.append(Finding("engine", f"pulumi {session.engine.version}", True, f"from {session.engine.source}"))
    for plugin in session.plugins:
        stand_in = plugin.kind is PluginKind.STAND_IN
        note = "the official plug-in cannot be downloaded here" if stand_in else ""
        found.append(Finding(f"plug-in {plugin.name}", f"{plugin.version} {plugin.kind}", True, note))
    found.append(_control_plane())
    if shutil.which("setpriv") is None and sys.platform == "linux":
        found.append(Finding("setpriv", "missing", True, "without it a killed plug-in may leave a process behind"))
    if cloud is None:
        session.cloud.stop()
    return found


def _control_plane() -> Finding:
    """What embedded EKS clusters run; it is obtained when the first of them is asked."""
    programs = cached(cache_dir())
    if programs is None:
        return Finding("kubernetes", "not obtained yet", True, "comes with the first call to an embedded cluster")
    return Finding("kubernetes", VERSION, True, f"from {programs.source}")


app = typer.Typer()


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Report what this machine has and what will be used; exit 3 when something is missing."""
    findings = _findings()
    if as_json:
        result_json([asdict(finding) for finding in findings])
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            mark = "ok     " if finding.ok else "MISSING"
            result(
                f"{mark}  {finding.what:<{width}}  {finding.found}" + (f"  ({finding.note})" if finding.note else "")
            )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.FINDINGS)

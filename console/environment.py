"""`atoll cloud env`: the variables that lead plain `pulumi` and `aws` commands to the embedded cloud."""

from __future__ import annotations

from typing import Annotated

import typer

from console.talk import expects, result, result_json, say
from embedded.cloud import CloudError
from embedded.engine import EngineError
from embedded.plugins import PluginError
from embedded.session import Session


@expects(EngineError, PluginError, CloudError)
def env(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of shell commands.")] = False) -> None:
    """Print shell commands that set the standard variables; use it as: eval "$(atoll cloud env)"."""
    session = Session.open(talk=say)
    if as_json:
        result_json(session.variables)
    else:
        result(session.exports())

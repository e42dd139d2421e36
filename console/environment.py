"""`atoll cloud env`: the variables that lead plain `pulumi` and `aws` commands to the embedded cloud."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from console.exits import Exit
from console.talk import expects, fail, result, result_json, say
from embedded.cloud import CloudError
from embedded.engine import EngineError
from embedded.plugins import PluginError
from embedded.session import Session


@expects(EngineError, PluginError, CloudError)
def env(
    account: Annotated[
        str | None, typer.Option(help="Account of the credentials; the delivery account if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not shell commands.")] = False,
) -> None:
    """Print shell commands that set the standard variables; use it as: eval "$(atoll cloud env)".

    Exit code 2: an account is 12 digits.
    """
    if account is not None and re.fullmatch("[0-9]{12}", account) is None:
        fail(f"{account} is no account: 12 digits, such as 222222222222", Exit.USAGE)
    session = Session.open(talk=say)
    if account is not None:
        session.variables["AWS_ACCESS_KEY_ID"] = account
    if as_json:
        result_json(session.variables)
    else:
        result(session.exports())

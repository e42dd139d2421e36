"""`atoll risk …`: how risky a change is, before it is deployed (AI-1)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from console.exits import Exit
from console.talk import expects, result, result_json

app = typer.Typer(no_args_is_help=True, help="How risky a change is.")


_MAKE_ONE = "make one: pulumi preview --json > preview.json"


class PreviewError(ValueError):
    """What was handed over is no preview, or the model's answer is no score."""


@app.callback()
def risk() -> None:
    """How risky a change is."""


@app.command()
@expects(PreviewError, status=Exit.USAGE)
def score(
    preview: Annotated[str, typer.Argument(help="File of `pulumi preview --json`; - for stdin.")] = "-",
    endpoint: Annotated[
        str | None, typer.Option(help="SageMaker endpoint that is asked, too, such as atoll-staging-change-risk.")
    ] = None,
    at_most: Annotated[float, typer.Option(min=0, max=1, help="Exit with 3 when the score is higher.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score a preview from 0 to 1 by what it changes; with an endpoint the trained model's score decides.

    Exit code 0: not above the bound, 2: no preview, 3: above it.
    """
    from analysis import change_risk

    counts = change_risk.features(_steps(preview))
    base = change_risk.baseline(counts)
    model = _ask(endpoint, change_risk.row(counts)) if endpoint is not None else None
    decided = base.probability if model is None else model
    if as_json:
        told = {"score": decided, "baseline": base.probability, "model": model}
        result_json({**told, "because": list(base.because), "features": counts})
    else:
        result(f"{decided:.0%} risk" + (f" (the baseline says {base.probability:.0%})" if model is not None else ""))
        for line in base.because:
            result(f"  {line.replace('_', ' ')}")
    if decided > at_most:
        raise typer.Exit(Exit.FINDINGS)


def _steps(preview: str) -> list[Mapping[str, Any]]:
    try:
        text = sys.stdin.read() if preview == "-" else Path(preview).read_text(encoding="utf-8")
        told: Any = json.loads(text)
        steps: list[Mapping[str, Any]] = told["steps"]
        return [{"op": step["op"], "urn": step["urn"]} for step in steps]
    except OSError as error:
        raise PreviewError(f"{preview} cannot be read ({error.strerror}); {_MAKE_ONE}") from None
    except (ValueError, KeyError, TypeError):
        where = "what came on stdin" if preview == "-" else preview
        raise PreviewError(
            f"{where} is no preview: it is no JSON with `steps` of `op` and `urn`; {_MAKE_ONE}"
        ) from None


def _ask(endpoint: str, row: str) -> float:
    """The trained model's score."""
    from botocore.exceptions import BotoCoreError, ClientError

    from analysis import change_risk

    try:
        boto3: Any = importlib.import_module("boto3")
        client = boto3.client("sagemaker-runtime")
        told: Any = client.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Accept="text/csv", Body=row)
        text: str = told["Body"].read().decode()
        return change_risk.answer(text)
    except (BotoCoreError, ClientError, ValueError) as error:
        advice = "see that it is InService: aws sagemaker describe-endpoint; or leave --endpoint out"
        raise PreviewError(f"endpoint {endpoint} gave no score: {error}; {advice}") from None

"""All controls over one estate of 1,000 resources, against Checkov, cdk-nag and CrossGuard: whole processes, cold.

The estate is the same units for each: a bucket with its public access block, versioning and encryption, a queue, a
topic, a table, a log group, a security group and a role. Atoll records the Pulumi program and asks all controls;
Checkov reads a Terraform plan; cdk-nag synthesizes a CDK app under four packs, where CloudFormation has a bucket's four
resources in one; CrossGuard previews the same Pulumi program under the three packs that together hold every control.
Checkov and cdk-nag are installed from their registries below `.bench/tools`, and are no dependencies of the project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import pair
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError, Run, keeping_bytecode, run

UNITS = 100
PROJECT = Path(__file__).parents[2]
TOOLS = PROJECT / ".bench" / "tools"
PROGRAM = Path(__file__).parent / "controls_program"
PACKS = ("baseline", "reliability", "cost")
CHECKOV, CDK_NAG, CDK = "3.3.30", "3.0.2", "2.276.0"


def measure(rounds: int, talk: pair.Talk) -> list[Figure]:
    """Each rival after Atoll, in turns."""
    with tempfile.TemporaryDirectory(prefix="atoll-bench-rivals-") as name, pair.embedded_cloud() as session:
        scratch = Path(name)
        contest: dict[str, Callable[[], Run]] = {"atoll": _atoll}
        for rival, prepare in (("checkov", _checkov), ("cdk-nag", _cdk_nag)):
            try:
                contest[rival] = prepare(scratch)
            except (subprocess.CalledProcessError, OSError) as error:
                talk(f"{rival} cannot be had here: {type(error).__name__}")
        contest["crossguard"] = _crossguard(session)
        runs: dict[str, list[Run]] = {what: [] for what in contest}
        for _ in range(rounds):
            for what, play in contest.items():
                runs[what].append(play())
            talk(", ".join(f"{what} {done[-1].seconds:.1f} s" for what, done in runs.items()))
    return [figure for what in runs for figure in _figures(what, runs)]


def _figures(what: str, runs: dict[str, list[Run]]) -> list[Figure]:
    seconds = {name: [one.seconds for one in done] for name, done in runs.items()}
    peak = tuple(one.peak_mib for one in runs[what])
    taken = Figure(name=f"controls cold: {what}", unit="s", values=tuple(seconds[what]), peak_mib=peak)
    if what == "atoll":
        return [taken]
    won = sum(ours < theirs for ours, theirs in zip(seconds["atoll"], seconds[what], strict=True))
    note = f"ahead in {won} of {len(seconds[what])} pairs"
    return [
        taken,
        ratios(f"controls cold: atoll / {what}", seconds["atoll"], seconds[what], target=1.0, note=note),
    ]


def _atoll() -> Run:
    code = (
        "from console import lifetime; lifetime.prepare(['policy']); "  # as the command does
        "from tests.bench.controls_program import check; "
        "answers = check.main(); print(answers); raise SystemExit(answers < 1000)"
    )
    return run([sys.executable, "-c", code], cwd=PROJECT, env=keeping_bytecode(), limit=120)


def _crossguard(session: Any) -> Callable[[], Run]:
    def pulumi(*arguments: str, codes: frozenset[int] = frozenset({0})) -> Run:
        command = [str(session.engine.path), *arguments, "--stack", "thousand", "--non-interactive"]
        return run(command, cwd=PROGRAM, env=session.environment, limit=600, codes=codes)

    pulumi("stack", "init", "--no-select")
    packs = [part for pack in PACKS for part in ("--policy-pack", str(PROJECT / "policies" / "packs" / pack))]

    def play() -> Run:
        done = pulumi("preview", *packs, codes=frozenset({0, 1, 255}))  # a finding fails the preview
        if "Policies:" not in done.output:
            raise BenchmarkError(f"the packs have not run:\n{done.output[-2000:]}")
        return done

    return play


def _checkov(scratch: Path) -> Callable[[], Run]:
    python = TOOLS / "checkov" / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(TOOLS / "checkov")], check=True)
        wanted = f"checkov=={CHECKOV}"
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), wanted], check=True)
    plan = scratch / "plan.json"
    plan.write_text(json.dumps(_plan()))
    options = [
        "-f",
        str(plan),
        "--framework",
        "terraform_plan",
        "--soft-fail",
        "--skip-download",
        "--compact",
        "--quiet",
    ]

    def play() -> Run:
        done = run([str(python), "-m", "checkov.main", *options], cwd=scratch, limit=300)
        if "Passed checks:" not in done.output:
            raise BenchmarkError(f"Checkov has checked nothing:\n{done.output[-2000:]}")
        return done

    return play


def _cdk_nag(scratch: Path) -> Callable[[], Run]:
    folder = TOOLS / "cdk-nag"
    if not (folder / "node_modules" / "cdk-nag").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        wanted = [f"cdk-nag@{CDK_NAG}", f"aws-cdk-lib@{CDK}", "constructs"]
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *wanted], cwd=folder, check=True)
    shutil.copy(PROGRAM / "app.js", folder / "app.js")
    out = scratch / "cdk.out"
    env = {**os.environ, "OUT": str(out), "UNITS": str(UNITS)}

    def play() -> Run:
        shutil.rmtree(out, ignore_errors=True)
        done = run(["node", "app.js"], cwd=folder, env=env, limit=300, codes=frozenset({1}))  # it has findings
        if not (out / "validation-report.json").exists():
            raise BenchmarkError(f"cdk-nag has checked nothing:\n{done.output[-2000:]}")
        return done

    return play


def _plan() -> dict[str, Any]:
    """The estate as `terraform show -json` gives it."""
    resources = [
        {
            "address": f"{kind}.{name}",
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "schema_version": 0,
            "values": values,
        }
        for number in range(UNITS)
        for kind, name, values in _unit(number)
    ]
    changes = [
        {key: one[key] for key in ("address", "mode", "type", "name", "provider_name")}
        | {"change": {"actions": ["create"], "before": None, "after": one["values"], "after_unknown": {}}}
        for one in resources
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"root_module": {}},
    }


def _unit(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    name = f"unit-{number}"
    bucket = {"bucket": name}
    on = {"block_public_acls": True, "block_public_policy": True, "ignore_public_acls": True}
    trust = (
        '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}'
    )
    kms = [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]
    return [
        ("aws_s3_bucket", name, bucket),
        ("aws_s3_bucket_public_access_block", name, {**bucket, **on, "restrict_public_buckets": True}),
        ("aws_s3_bucket_versioning", name, {**bucket, "versioning_configuration": [{"status": "Enabled"}]}),
        ("aws_s3_bucket_server_side_encryption_configuration", name, {**bucket, "rule": kms}),
        ("aws_sqs_queue", name, {"name": name, "sqs_managed_sse_enabled": True}),
        ("aws_sns_topic", name, {"name": name}),
        (
            "aws_dynamodb_table",
            name,
            {
                "name": name,
                "hash_key": "id",
                "billing_mode": "PAY_PER_REQUEST",
                "attribute": [{"name": "id", "type": "S"}],
                "point_in_time_recovery": [{"enabled": True}],
            },
        ),
        ("aws_cloudwatch_log_group", name, {"name": name, "retention_in_days": 365}),
        ("aws_security_group", name, {"name": name, "description": name}),
        ("aws_iam_role", name, {"name": name, "assume_role_policy": json.dumps({"Statement": [trust]})}),
    ]

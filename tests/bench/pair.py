"""The engine with the plug-in against Terraform, in turns, on the same emulator and the same resources."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.install import install
from embedded.aws_plugin.mapping.store import MapStore
from embedded.home import cache_dir
from embedded.session import Session
from tests.bench import twin
from tests.bench.figures import Figure, ratios
from tests.bench.processes import BenchmarkError, Run, run
from tests.bench.twin import Twin

PARALLEL = 10
"""How many resources both tools work on at a time: Terraform's default, given to both."""
OVERHEAD = 1.3
_STACK_SECONDS = 900.0

Talk = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What to deploy: a stack of a Pulumi project."""

    name: str
    folder: Path
    stack: str


@contextmanager
def embedded_cloud() -> Iterator[Session]:
    """An embedded cloud of its own, with empty state; ended by its process ids, its files removed."""
    os.environ["ATOLL_PLUGINS"] = "stand-in"  # what is measured here
    home = Path(tempfile.mkdtemp(prefix="atoll-bench-"))
    try:
        session = Session.open(home=home, port=0)
        try:
            yield session
        finally:
            session.cloud.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Pulumi:
    """The engine's side."""

    def __init__(self, session: Session, program: Program) -> None:
        self._session = session
        self._program = program

    def prepare(self) -> None:
        """Forget what was deployed, here and in the cloud."""
        self._session.cloud.reset()
        forget = ["stack", "rm", self._program.stack, "--yes", "--force", "--preserve-config"]
        self._session.pulumi(forget, cwd=self._program.folder, capture=True)  # the first time there is none
        self._run("stack", "init", "--no-select")

    def preview(self) -> Run:
        return self._run("preview", "--json", "--parallel", str(PARALLEL))

    def up(self) -> Run:
        return self._run("up", "--yes", "--skip-preview", "--suppress-progress", "--parallel", str(PARALLEL))

    def export(self) -> dict[str, Any]:
        return json.loads(self._run("stack", "export", "--show-secrets").output)

    def _run(self, *arguments: str) -> Run:
        command = [str(self._session.engine.path), *arguments, "--stack", self._program.stack, "--non-interactive"]
        return run(command, cwd=self._program.folder, env=self._session.environment, limit=_STACK_SECONDS)


class Terraform:
    """The other side: Terraform itself with the provider binary that the plug-in drives."""

    def __init__(self, session: Session, made: Twin, bundle: Bundle, folder: Path) -> None:
        executable = shutil.which("terraform")
        if executable is None:
            raise BenchmarkError("there is no `terraform` on PATH to compare with")
        self._command = executable
        self._cloud = session.cloud
        self._folder = folder
        (folder / "main.tf.json").write_text(json.dumps(made.document, indent=2))
        settings = folder / "settings.tfrc"  # the provider as it is: no `terraform init`, no registry
        settings.write_text(
            "provider_installation {\n"
            f'  dev_overrides {{ "hashicorp/aws" = {json.dumps(str(bundle.provider.parent))} }}\n  direct {{}}\n}}\n'
        )
        self._env = {
            **session.environment,
            **made.environment,
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }

    def prepare(self) -> None:
        """Forget what was deployed, here and in the cloud."""
        self._cloud.reset()
        for state in self._folder.glob("terraform.tfstate*"):
            state.unlink()

    def plan(self) -> Run:
        return self._run("plan")

    def apply(self) -> Run:
        return self._run("apply", "-auto-approve")

    def made(self) -> Counter[str]:
        """How many resources of each type Terraform has made, from its own state."""
        state = json.loads((self._folder / "terraform.tfstate").read_text())
        return Counter(item["type"] for item in state["resources"])

    def _run(self, *arguments: str) -> Run:
        command = [self._command, *arguments, "-input=false", "-no-color", f"-parallelism={PARALLEL}"]
        return run(command, cwd=self._folder, env=self._env, limit=_STACK_SECONDS)


def compare(session: Session, program: Program, rounds: int, talk: Talk) -> list[Figure]:
    """Preview, deploy, and deploy again with Terraform, `rounds` times in turns; each starts from an empty emulator."""
    bundle = install(Path(session.variables["PULUMI_HOME"]), cache_dir()).bundle
    store = MapStore(bundle.map, bundle.provider_version)
    engine = Pulumi(session, program)
    previews, ups, plans, applies = list[Run](), list[Run](), list[Run](), list[Run]()
    with tempfile.TemporaryDirectory(prefix="atoll-bench-tf-") as scratch:
        terraform, made = None, None
        for number in range(1, rounds + 1):
            engine.prepare()
            previews.append(engine.preview())
            ups.append(engine.up())
            talk(f"{program.name} {number}/{rounds}: preview {previews[-1].seconds:.1f} s, up {ups[-1].seconds:.1f} s")
            if terraform is None or made is None:
                made = twin.make(engine.export(), store.resource, store.provider(), session.variables)
                terraform = Terraform(session, made, bundle, Path(scratch))
            terraform.prepare()
            plans.append(terraform.plan())
            applies.append(terraform.apply())
            if terraform.made() != made.kinds:
                raise BenchmarkError(f"Terraform made {terraform.made() - made.kinds} more or less than it was told")
            talk(f"{program.name} {number}/{rounds}: plan {plans[-1].seconds:.1f} s, apply {applies[-1].seconds:.1f} s")
    return [*_figures(program, made, previews, ups, plans, applies)] if made else []


def _figures(
    program: Program, made: Twin, previews: list[Run], ups: list[Run], plans: list[Run], applies: list[Run]
) -> Iterator[Figure]:
    missing = "; ".join(f"{urn.rsplit('::', 1)[-1]}: {why}" for urn, why in made.left_out.items()) or "nothing left out"
    what = f"{made.kinds.total()} resources of {len(made.kinds)} types, {PARALLEL} at a time; {missing}"
    yield _timed(f"{program.name}: pulumi preview", previews)
    yield _timed(f"{program.name}: terraform plan", plans)
    yield _ratio(f"{program.name}: preview / plan", previews, plans, None, "")
    yield _timed(f"{program.name}: pulumi up", ups)
    yield _timed(f"{program.name}: terraform apply", applies)
    yield _ratio(f"{program.name}: up / apply", ups, applies, OVERHEAD, what)


def _timed(name: str, runs: list[Run]) -> Figure:
    return Figure(
        name=name,
        unit="s",
        values=tuple(one.seconds for one in runs),
        peak_mib=tuple(one.peak_mib for one in runs),
    )


def _ratio(name: str, of: list[Run], to: list[Run], target: float | None, note: str) -> Figure:
    seconds = ([one.seconds for one in runs] for runs in (of, to))
    return ratios(name, *seconds, target=target, note=note)

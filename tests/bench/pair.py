"""The engine with the plug-in against Terraform, in turns, on the same emulator and the same resources."""

from __future__ import annotations

import json
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
from embedded.plugins import PluginKind
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


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of both tools."""

    preview: Run
    up: Run
    plan: Run
    apply: Run


class Contest:
    """Both tools with one program; every deployment starts from an empty emulator."""

    def __init__(self, session: Session, program: Program, scratch: Path, talk: Talk) -> None:
        self.program = program
        self.made: Twin | None = None
        self.rounds: list[Round] = []
        self._session = session
        self._folder = scratch / program.stack
        self._folder.mkdir()
        self._talk = talk
        self._bundle = install(Path(session.variables["PULUMI_HOME"]), cache_dir()).bundle
        self._pulumi = Pulumi(session, program)
        self._terraform: Terraform | None = None

    def play(self) -> None:
        """One more round: preview, up, and the same with Terraform, whose configuration the first `up` gives."""
        self._pulumi.prepare()
        preview, up = self._pulumi.preview(), self._pulumi.up()
        if self.made is None or self._terraform is None:
            store = MapStore(self._bundle.map, self._bundle.provider_version)
            self.made = twin.make(self._pulumi.export(), store.resource, store.provider(), self._session.variables)
            self._terraform = Terraform(self._session, self.made, self._bundle, self._folder)
        self._terraform.prepare()
        plan, apply = self._terraform.plan(), self._terraform.apply()
        there = self._terraform.made()
        if there != self.made.kinds:
            raise BenchmarkError(f"Terraform made {there}, and was told to make {self.made.kinds}")
        self.rounds.append(Round(preview, up, plan, apply))
        seconds = (
            f"preview {preview.seconds:.1f}, up {up.seconds:.1f}, plan {plan.seconds:.1f}, apply {apply.seconds:.1f}"
        )
        self._talk(f"{self.program.name} {len(self.rounds)}: {seconds} s")

    def figures(self, target: float | None = OVERHEAD) -> list[Figure]:
        """What both took, and the ratios of each round."""
        made, name = self.made, self.program.name
        if made is None:
            return []
        left_out = "; ".join(f"{urn.rsplit('::', 1)[-1]}: {why}" for urn, why in made.left_out.items())
        note = f"{made.kinds.total()} resources of {len(made.kinds)} types, {PARALLEL} at a time"
        previews, ups = [one.preview for one in self.rounds], [one.up for one in self.rounds]
        plans, applies = [one.plan for one in self.rounds], [one.apply for one in self.rounds]
        return [
            _timed(f"{name}: pulumi preview", previews),
            _timed(f"{name}: terraform plan", plans),
            ratios(f"{name}: preview / plan", _seconds(previews), _seconds(plans)),
            _timed(f"{name}: pulumi up", ups),
            _timed(f"{name}: terraform apply", applies),
            ratios(
                f"{name}: up / apply",
                _seconds(ups),
                _seconds(applies),
                target=target,
                note=f"{note}; left out of the Terraform side: {left_out or 'nothing'}",
            ),
        ]


def compare(
    session: Session, program: Program, rounds: int, talk: Talk, start_up: Program | None = None
) -> list[Figure]:
    """Both tools in turns. `start_up` is the same program with next to no resources: what both spend on starting."""
    if any(plugin.kind is PluginKind.OFFICIAL for plugin in session.plugins):
        raise BenchmarkError(
            "the official aws plug-in is installed here, and what is compared with Terraform is the stand-in. "
            "Set ATOLL_PLUGINS=stand-in and ATOLL_CACHE to an empty folder for this run."
        )
    with tempfile.TemporaryDirectory(prefix="atoll-bench-tf-") as scratch:
        whole = Contest(session, program, Path(scratch), talk)
        least = Contest(session, start_up, Path(scratch), talk) if start_up else None
        for _ in range(rounds):
            for contest in (least, whole):
                if contest:
                    contest.play()
    return [
        *(least.figures(target=None) if least else []),
        *whole.figures(),
        *(_marginal(least, whole, talk) if least else []),
    ]


def _marginal(least: Contest, whole: Contest, talk: Talk) -> list[Figure]:
    """What the resources themselves take: the whole less the start, round by round."""
    name = f"{whole.program.name} less {least.program.name}"
    pairs = list(zip(whole.rounds, least.rounds, strict=True))
    ours = [most.up.seconds - few.up.seconds for most, few in pairs]
    theirs = [most.apply.seconds - few.apply.seconds for most, few in pairs]
    if min(*ours, *theirs) <= 0:
        talk(f"{name}: no difference that can be told from noise; measure on a quieter machine")
        return []
    return [
        Figure(name=f"{name}: pulumi up", unit="s", values=tuple(ours)),
        Figure(name=f"{name}: terraform apply", unit="s", values=tuple(theirs)),
        ratios(f"{name}: up / apply", ours, theirs, target=OVERHEAD, note="the plug-in's overhead proper"),
    ]


def _timed(name: str, runs: list[Run]) -> Figure:
    return Figure(name=name, unit="s", values=tuple(_seconds(runs)), peak_mib=tuple(one.peak_mib for one in runs))


def _seconds(runs: list[Run]) -> list[float]:
    return [one.seconds for one in runs]

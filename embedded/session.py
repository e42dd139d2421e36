"""Everything one needs to run Pulumi against the embedded cloud: engine, host, plug-ins, cloud, and the environment.

The program is told nothing but the standard variables of Pulumi and AWS; that is what keeps it free of special cases.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded import language
from embedded.aws_plugin.creations import SETTING as CREATIONS
from embedded.cloud import Cloud
from embedded.engine import Engine, obtain
from embedded.gateway.routes import Profile
from embedded.home import cache_dir, state_dir
from embedded.kubernetes import token
from embedded.plugins import Plugin, ensure

PASSPHRASE = "embedded"
"""Protects the state of an embedded cloud, which holds nothing worth protecting. Real stacks use a KMS provider."""
DELIVERY_ACCOUNT = "111111111111"
"""The account whose credentials a deployment starts with; stacks assume a role into theirs (ORG-5)."""
DEFAULT_REGION = "us-east-1"
PLUGINS = ("aws", "eks", "kubernetes")
_PARALLEL = 32
"""Operations at once. The engine's own 4 a processor are soon taken by waits: a bucket's lifecycle alone takes 55 s."""


@dataclass(frozen=True)
class Session:
    """A prepared embedded cloud."""

    cloud: Cloud
    engine: Engine
    plugins: tuple[Plugin, ...]
    variables: dict[str, str]
    """The environment variables that lead Pulumi and AWS tools here; everything else is inherited."""

    @staticmethod
    def open(
        home: Path | None = None,
        cache: Path | None = None,
        *,
        port: int | None = None,
        profiles: Iterable[Profile] = (),
        talk: Callable[[str], None] = lambda _: None,
    ) -> Session:
        """Prepare what is missing (the first time this builds or downloads) and start the cloud if it is down.

        `profiles` say what a cloud that is started here can do (see ``embedded.gateway.routes``).

        Raises:
            EngineError, PluginError: something cannot be had on this machine; the message says what to do.
        """
        home, cache = home or state_dir(), cache or cache_dir()
        engine = obtain(cache, talk)
        path = [*_with_language_host(engine, home), *_with_cluster_tokens(home)]
        pulumi_home = cache / "pulumi-home"
        pulumi_home.mkdir(parents=True, exist_ok=True)
        plugins = tuple(
            ensure(name, cli=engine.path, pulumi_home=pulumi_home, cache=cache, talk=talk) for name in PLUGINS
        )
        cloud = Cloud.start(home, port=port, profiles=profiles)
        backend = _state_of(cloud, talk)
        variables = {
            **cloud.environment(DELIVERY_ACCOUNT, DEFAULT_REGION),
            "PATH": os.pathsep.join([*path, os.environ.get("PATH", os.defpath)]),
            CREATIONS: str(home / "creations.jsonl"),
            "PULUMI_HOME": str(pulumi_home),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_PARALLEL": str(_PARALLEL),
        }
        return Session(cloud, engine, plugins, variables)

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of a child process: ours, with the variables of this session."""
        return {**os.environ, **self.variables}

    def exports(self) -> str:
        """The variables as shell commands, for `eval "$(atoll cloud env)"`."""
        return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in sorted(self.variables.items()))

    def pulumi(self, arguments: Sequence[str], *, cwd: Path, capture: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the CLI in `cwd`; with `capture`, keep what it prints instead of showing it."""
        command = [str(self.engine.path), *arguments, "--non-interactive"]
        return subprocess.run(command, cwd=cwd, env=self.environment, text=True, capture_output=capture, check=False)


def _state_of(cloud: Cloud, talk: Callable[[str], None]) -> Path:
    """The folder with Pulumi's state of what the cloud holds; the state of what it has lost is put aside.

    Emulators forget when they stop. A state that still told of their resources would make an update do nothing.
    """
    backend = cloud.home / "pulumi"
    owner = backend / "generation"
    told = owner.read_text() if owner.is_file() else cloud.generation
    if told != cloud.generation:
        aside = cloud.home / f"pulumi-{told}"
        backend.rename(aside)
        talk(f"The embedded cloud began empty again; the state of what it held is now in {aside}.")
    backend.mkdir(parents=True, exist_ok=True)
    owner.write_text(cloud.generation)
    return backend


def _with_language_host(engine: Engine, home: Path) -> list[str]:
    """Folders to put on PATH so that the engine and a Python language host are found, an official host first.

    Ours goes beside an engine of ours (the engine warns of a host that is elsewhere on PATH), and is written anew each
    time: it names the interpreter of this project's environment, and several clones share one cache.
    """
    beside = engine.path.parent / language.NAME
    official = beside.is_file() and not language.is_ours(beside)
    if not official and engine.source == "path":
        found = shutil.which(language.NAME)
        official = found is not None and not language.is_ours(Path(found))
    if official:
        return [str(engine.path.parent)]
    folder = home / "bin" if engine.source == "path" else engine.path.parent
    language.install(folder)
    return list(dict.fromkeys([str(folder), str(engine.path.parent)]))


def _with_cluster_tokens(home: Path) -> list[str]:
    """A folder for PATH with an `aws` that can do `eks get-token`, unless this machine has the real one."""
    folder = home / "commands"
    found = shutil.which(token.COMMAND)
    if found and Path(found).parent != folder:
        return []
    token.install(folder)
    return [str(folder)]

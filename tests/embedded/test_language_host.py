"""Our language host under the real engine: programs, their failures, configuration and policy packs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from embedded import language
from embedded.engine import Engine
from embedded.language.host import interpreter

pytestmark = pytest.mark.engine
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: sample\nruntime: python\n")
    return folder


@pytest.fixture
def run(engine: Engine, tmp_path: Path, project: Path) -> Run:
    """Runs the CLI in the project with our host first on PATH and a state folder of its own."""
    language.install(tmp_path / "bin")
    (tmp_path / "state").mkdir()
    environment = dict(
        os.environ,
        PATH=os.pathsep.join([str(tmp_path / "bin"), str(engine.path.parent), os.environ["PATH"]]),
        PULUMI_HOME=str(tmp_path / "home"),
        PULUMI_BACKEND_URL=(tmp_path / "state").as_uri(),
        PULUMI_CONFIG_PASSPHRASE="test",
        PULUMI_SKIP_UPDATE_CHECK="true",
        PULUMI_IGNORE_AMBIENT_PLUGINS="false",
    )

    def pulumi(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(engine.path), *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    assert pulumi("stack", "init", "dev").returncode == 0
    return pulumi


def test_program_deploys_with_its_configuration_and_secrets_stay_secret(project: Path, run: Run) -> None:
    (project / "__main__.py").write_text(
        "import pulumi\n"
        "from beside import NAME\n"
        "config = pulumi.Config()\n"
        "pulumi.export('plain', config.require('plain'))\n"
        "pulumi.export('hidden', config.require_secret('hidden'))\n"
        "pulumi.export('name', NAME)\n"
    )
    (project / "beside.py").write_text("NAME = 'a module of the program'\n")
    run("config", "set", "plain", "seen")
    run("config", "set", "--secret", "hidden", "canary-value")
    up = run("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout + up.stderr
    outputs = json.loads(run("stack", "output", "--json").stdout)
    assert outputs == {"plain": "seen", "hidden": "[secret]", "name": "a module of the program"}
    assert "canary-value" not in up.stdout + up.stderr


def test_run_error_is_shown_without_a_traceback(project: Path, run: Run) -> None:
    (project / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('the settings are wrong here')\n")
    up = run("up", "--yes", "--skip-preview")
    assert up.returncode != 0
    assert "the settings are wrong here" in up.stdout
    assert "Traceback" not in up.stdout + up.stderr


def test_unexpected_error_names_the_line_of_the_program(project: Path, run: Run) -> None:
    (project / "__main__.py").write_text("values = {}\nvalues['missing']\n")
    up = run("up", "--yes", "--skip-preview")
    assert up.returncode != 0
    assert "KeyError: 'missing'" in up.stdout
    assert '__main__.py", line 2' in up.stdout


def test_policy_pack_stops_a_preview_when_a_resource_violates_it(project: Path, run: Run, tmp_path: Path) -> None:
    (project / "__main__.py").write_text(
        "import pulumi\nclass Part(pulumi.ComponentResource):\n"
        "    def __init__(self, name):\n        super().__init__('sample:index:Part', name)\n"
        "Part('forbidden')\n"
    )
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text(
        "from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy\n"
        "def check(args, report):\n"
        "    for resource in args.resources:\n"
        "        if resource.name == 'forbidden':\n"
        "            report('this name is forbidden', resource.urn)\n"
        "PolicyPack('names', policies=[StackValidationPolicy(\n"
        "    name='no-forbidden-names', description='Names are allowed.', validate=check,\n"
        "    enforcement_level=EnforcementLevel.MANDATORY)])\n"
    )
    preview = run("preview", "--policy-pack", str(pack))
    assert preview.returncode != 0
    assert "this name is forbidden" in preview.stdout


def test_host_leaves_with_the_engine_when_that_is_killed() -> None:
    command = [sys.executable, "-P", "-m", "embedded.language", "127.0.0.1:1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        assert int(host.stdout.readline()) > 0
        host.stdin.close()  # what the kernel does when the engine dies
        assert host.wait(timeout=30) == 0


def test_program_ends_when_the_engine_is_killed(project: Path, run: Run, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    (project / "__main__.py").write_text(
        f"import os, pathlib, time\npathlib.Path({str(alive)!r}).write_text(str(os.getpid()))\ntime.sleep(300)\n"
    )
    killer = threading.Thread(target=kill_the_engine_of, args=(alive,))
    killer.start()
    assert run("up", "--yes", "--skip-preview").returncode == -signal.SIGKILL
    killer.join()
    program = int(alive.read_text())
    deadline = time.monotonic() + 30
    while psutil.pid_exists(program) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not psutil.pid_exists(program)


def kill_the_engine_of(alive: Path) -> None:
    """Once the program has said that it runs, kill the engine that started its host."""
    deadline = time.monotonic() + 60
    while not (alive.is_file() and alive.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    host = psutil.Process(int(alive.read_text())).parent()
    assert host is not None
    engine = host.parent()
    assert engine is not None
    engine.kill()


def test_interpreter_is_the_projects_own_when_it_names_a_virtual_environment(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("")
    assert interpreter({"virtualenv": ".venv"}, str(tmp_path)) == str(python)
    assert interpreter({"virtualenv": "elsewhere"}, str(tmp_path)) != str(python)

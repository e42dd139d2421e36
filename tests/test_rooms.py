"""Rooms and arrows: what each room may import, and that nothing is forgotten."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ARROWS: dict[str, set[str]] = {
    "contracts": set(),
    "components": {"contracts"},
    "stacks": {"components", "contracts"},
    "graph": {"contracts"},
    "analysis": {"graph", "contracts"},
    "policies": {"graph", "contracts"},
    "services": set(),
    "embedded": {"contracts"},
    "console": {"contracts", "components", "stacks", "graph", "analysis", "policies", "services", "embedded"},
}
"""Room → the rooms it may import; an arrow points up the list only."""

OUTSIDE: dict[str, set[str]] = {
    # graphql (graphql-core) reads SDL, google (protobuf) reads descriptor sets: data in, data out.
    # yaml reads plain files fast, ruamel reads any file and says what is wrong with it.
    "contracts": {"pydantic", "pydantic_core", "ruamel", "yaml", "annotated_types", "graphql", "google"},
    # packaging judges what the libraries of a function require of each other.
    "components": {"pulumi", "pulumi_aws", "pulumi_eks", "pulumi_kubernetes", "packaging"},
    "stacks": {"pulumi", "pulumi_aws", "pulumi_eks", "pulumi_kubernetes"},
    # What Lambda brings or goes along with a function; runtime/ and the packages of each code/ by their names there.
    "services": {"aws_lambda_powertools", "boto3", "botocore", "fastjsonschema", "pg8000", "redis"}
    | {"analyst", "containment", "customers", "orders", "payments", "runtime", "stock_room", "triage"},
}
"""Room → third-party packages it may import; rooms that are not listed are free."""


def imports_of(path: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def sources(room: str) -> list[Path]:
    return [path for path in (PROJECT / room).rglob("*.py") if "__pycache__" not in path.parts]


@pytest.mark.parametrize("room", ARROWS)
def test_imports_follow_the_arrows(room: str) -> None:
    forbidden = set(ARROWS) - ARROWS[room] - {room} | {"tests"}
    wrong = {str(path.relative_to(PROJECT)): bad for path in sources(room) if (bad := imports_of(path) & forbidden)}
    assert not wrong, f"{room} may import only {sorted(ARROWS[room])}: {wrong}"


@pytest.mark.parametrize("room", OUTSIDE)
def test_third_party_imports_stay_within_the_rooms_budget(room: str) -> None:
    own = set(ARROWS) | set(sys.stdlib_module_names)
    wrong = {
        str(path.relative_to(PROJECT)): bad for path in sources(room) if (bad := imports_of(path) - own - OUTSIDE[room])
    }
    assert not wrong, f"{room} may import only {sorted(OUTSIDE[room])}: {wrong}"


def test_every_room_is_in_the_wheel_and_documented() -> None:
    wheel = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    for room in ARROWS:
        assert f'"{room}"' in wheel
        module = ast.parse((PROJECT / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(module), f"{room}/__init__.py says nothing about the room"


def test_program_stays_thin() -> None:
    assert len((PROJECT / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 30


def test_components_know_nothing_of_the_embedded_cloud() -> None:
    words = ("AWS_ENDPOINT_URL", "moto", "ministack", "embedded cloud")
    for room in ("components", "stacks", "contracts"):
        for path in sources(room):
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


def test_every_test_file_is_collected() -> None:
    """A file that pytest does not pick up would be green for ever."""
    files = {
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "tests").rglob("*.py")
        if "def test_" in path.read_text(encoding="utf-8") and "kit" not in path.parts
    }
    misnamed = {name for name in files if not Path(name).name.startswith("test_")}
    assert not misnamed, "pytest does not collect these files; rename them test_….py"


def test_repository_holds_no_machine_paths() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    needles = ("/".join(("", "opt", "tf-plugins")), "/".join(("", "work", "")), "/".join(("", "root", "")))
    for name in tracked.splitlines():
        path = PROJECT / name
        if path.suffix in {".png", ".gz"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [needle for needle in needles if needle in text], name

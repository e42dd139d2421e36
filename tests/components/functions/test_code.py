from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.functions import CodeError, bundle
from components.functions.code import handler_problem
from tests.components.functions.samples import clause


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A service with a handler and a package."""
    write(tmp_path / "service", {"code/app.py": "def handler(event, context): ...\n", "code/shop/prices.py": ""})
    return tmp_path / "service"


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def contents(archive: pulumi.AssetArchive) -> list[str]:
    return list(archive.assets)


def refusal(service: Path, **changes: Any) -> list[str]:
    """The lines of the message, without its first."""
    with pytest.raises(CodeError) as refused:
        bundle("Api", clause(**changes), service=service)
    first, *lines = str(refused.value).splitlines()
    assert first == "function Api: its code cannot be bundled"
    return [line.strip() for line in lines]


def test_archive_holds_code_shared_package_and_libraries_when_bundled(service: Path, tmp_path: Path) -> None:
    write(tmp_path / "runtime", {"__init__.py": "", "events.py": ""})
    archive = bundle("Api", clause(libraries=["fastjsonschema"]), service=service, shared=tmp_path / "runtime")
    libraries = [name for name in contents(archive) if name.startswith("fastjsonschema")]
    assert len(libraries) == 2
    assert contents(archive) == [
        "app.py",
        *libraries,
        "runtime/__init__.py",
        "runtime/events.py",
        "shop/prices.py",
    ]


def test_files_are_named_in_full_when_bundled(service: Path) -> None:
    asset = bundle("Api", clause(), service=service).assets["app.py"]
    assert isinstance(asset, pulumi.FileAsset)
    assert asset.path == str(service / "code" / "app.py")


def test_tests_caches_and_hidden_files_stay_behind_when_bundled(service: Path) -> None:
    left_out = ("__pycache__/app.cpython-313.pyc", "tests/test_app.py", ".env", "shop/.hidden/x.py", "old.pyc")
    write(service / "code", dict.fromkeys(left_out, ""))
    assert contents(bundle("Api", clause(), service=service)) == ["app.py", "shop/prices.py"]


def test_only_the_code_goes_along_when_the_runtime_is_not_python(service: Path, tmp_path: Path) -> None:
    write(service / "code", {"index.mjs": ""})
    write(tmp_path / "runtime", {"__init__.py": ""})
    archive = bundle(
        "Api", clause(runtime="nodejs24.x", handler="index.handler"), service=service, shared=tmp_path / "runtime"
    )
    assert contents(archive) == ["app.py", "index.mjs", "shop/prices.py"]


def test_bundle_is_refused_when_there_is_no_code(tmp_path: Path) -> None:
    assert refusal(tmp_path) == [f"{tmp_path / 'code'} is no folder"]


def test_bundle_is_refused_when_the_folder_is_empty(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    assert refusal(tmp_path) == [f"{tmp_path / 'code'} has no code; put app.py there"]


def test_bundle_is_refused_when_a_file_is_a_link(service: Path) -> None:
    (service / "code" / "secrets.py").symlink_to("/etc/hostname")
    assert refusal(service) == [f"{service / 'code' / 'secrets.py'} is a link; copy what it stands for"]


def test_bundle_is_refused_when_code_hides_a_library(service: Path) -> None:
    write(service / "code", {"fastjsonschema/__init__.py": ""})
    [line] = refusal(service, libraries=["fastjsonschema"])
    assert line.endswith("hides the package fastjsonschema that goes along with it; rename it")


def test_everything_wrong_is_said_at_once_when_several_things_are(service: Path) -> None:
    lines = refusal(service, handler="missing.handler", libraries=["no-such-package", "pydantic"])
    assert [line.split(":")[0] for line in lines] == ["handler missing.handler", *["libraries"] * 2]
    assert "no-such-package" in lines[1]
    assert "pydantic_core" in lines[2]


@pytest.mark.parametrize(
    ("handler", "source"),
    [
        ("app.handler", "def handler(event, context): ..."),
        ("app.handler", "from shop import handler"),
        ("app.handler", "from shop import serve as handler"),
        ("app.handler", "handler = object()"),
        ("app.handler", "handler: object = object()"),
        ("app.handler", "class handler: ..."),
        ("app.handler", "@decorated\ndef handler(event, context): ..."),
    ],
)
def test_handler_is_found_when_the_module_gives_the_name(tmp_path: Path, handler: str, source: str) -> None:
    write(tmp_path, {"app.py": source})
    assert handler_problem(clause(handler=handler), tmp_path) is None


@pytest.mark.parametrize("handler", ["web.api.handler", "web/api.handler", "web.handler"])
def test_handler_is_found_when_it_is_in_a_package(tmp_path: Path, handler: str) -> None:
    write(tmp_path, {"web/__init__.py": "def handler(e, c): ...", "web/api.py": "def handler(e, c): ..."})
    assert handler_problem(clause(handler=handler), tmp_path) is None


@pytest.mark.parametrize(
    ("handler", "source", "problem"),
    [
        ("web.handler", "", "handler web.handler: there is no web.py in {code} (there is: app.py)"),
        (
            "app.handlr",
            "def handler(e, c): ...\ndef other(): ...",
            "handler app.handlr: {code}/app.py has no handlr (functions there: handler, other)",
        ),
        ("app.inner", "def outer():\n    def inner(): ...", "{code}/app.py has no inner (functions there: outer)"),
        ("app.handler", "async def handler(e, c): ...", "handler in {code}/app.py is async, which Lambda does not"),
        ("app.handler", "def handler(:", "handler app.handler: {code}/app.py, line 1: "),
    ],
)
def test_handler_is_refused_with_what_is_there_when_the_code_has_none(
    tmp_path: Path, handler: str, source: str, problem: str
) -> None:
    write(tmp_path, {"app.py": source})
    assert problem.format(code=tmp_path) in (handler_problem(clause(handler=handler), tmp_path) or "")


def test_handler_of_node_is_refused_when_there_is_no_such_file(tmp_path: Path) -> None:
    found = handler_problem(clause(runtime="nodejs24.x", handler="index.handler"), tmp_path)
    assert found == f"handler index.handler: there is no index.mjs or index.cjs or index.js in {tmp_path}"


def test_handler_of_java_is_not_judged_when_its_classes_cannot_be_read(tmp_path: Path) -> None:
    assert handler_problem(clause(runtime="java21", handler="com.company.Handler"), tmp_path) is None


@given(st.text(max_size=200))
def test_any_source_is_judged_without_running_it_when_it_is_read(
    tmp_path_factory: pytest.TempPathFactory, source: str
) -> None:
    folder = tmp_path_factory.mktemp("code")
    (folder / "app.py").write_bytes(source.encode("utf-8", "surrogatepass"))
    problem = handler_problem(clause(), folder)
    assert problem is None or problem.startswith("handler app.handler: ")

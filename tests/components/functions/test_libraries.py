from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pulumi
import pytest

from components.functions import libraries
from components.functions.libraries import LibraryError, library_members

Install = Callable[..., None]


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own for each test, on disk and in memory."""
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setattr(libraries.tempfile, "gettempdir", lambda: str(cache))
    libraries._members.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a made-up distribution into an environment beside the real one."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def installed(
        name: str,
        files: Mapping[str, str],
        *,
        requires: tuple[str, ...] = (),
        python: str = ">=3.9",
        pure: bool = True,
        extras: tuple[str, ...] = (),
    ) -> None:
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        headers = [f"Name: {name}", "Version: 1.0", f"Requires-Python: {python}"]
        headers += [f"Provides-Extra: {extra}" for extra in extras]
        headers += [f"Requires-Dist: {line}" for line in requires]
        everything = {
            **files,
            f"{info}/METADATA": "Metadata-Version: 2.1\n" + "\n".join(headers) + "\n",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: {str(pure).lower()}\n",
        }
        record = ""
        for path, text in everything.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text)}\n"
        (site / info / "RECORD").write_text(f"{record}{info}/RECORD,,\n../../bin/{name},,\n")

    return installed


def members(*names: str, runtime: str = "python3.13", architecture: str = "arm64") -> dict[str, object]:
    return dict(library_members(names, runtime=runtime, architecture=architecture))


def stored(archive: object) -> dict[str, str]:
    """Path within an archive → text."""
    assert isinstance(archive, pulumi.FileArchive)
    with zipfile.ZipFile(str(archive.path)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_package_is_an_archive_and_module_a_file_when_both_are_installed(install: Install) -> None:
    install("big", {"big/__init__.py": "a", "big/inner/deep.py": "b", "single.py": "c"})
    found = members("big")
    assert list(found) == ["big", "big-1.0.dist-info/METADATA", "single.py"]
    assert stored(found["big"]) == {"__init__.py": "a", "inner/deep.py": "b"}
    assert isinstance(found["single.py"], pulumi.FileAsset)


def test_caches_tests_and_compiled_files_stay_behind_when_installed(install: Install) -> None:
    install(
        "big",
        {
            "big/__init__.py": "a",
            "big/__pycache__/x.cpython-311.pyc": "b",
            "big/old.pyc": "c",
            "big/tests/test_x.py": "d",
            "tests/test_y.py": "e",
        },
    )
    found = members("big")
    assert list(found) == ["big", "big-1.0.dist-info/METADATA"]
    assert stored(found["big"]) == {"__init__.py": "a"}


def test_requirements_come_along_when_a_package_needs_them(install: Install) -> None:
    install("first", {"first/__init__.py": ""}, requires=("second>=1",))
    install("second", {"second/__init__.py": ""}, requires=("first",))
    assert {"first", "second"} <= members("first").keys()


@pytest.mark.parametrize(
    ("marker", "runtime", "architecture", "comes"),
    [
        ("python_version >= '3.12'", "python3.13", "arm64", True),
        ("python_version >= '3.12'", "python3.11", "arm64", False),
        ("platform_machine == 'aarch64'", "python3.13", "arm64", True),
        ("platform_machine == 'aarch64'", "python3.13", "x86_64", False),
        ("sys_platform == 'win32'", "python3.13", "x86_64", False),
        ("extra == 'more'", "python3.13", "arm64", False),
    ],
)
def test_requirement_is_judged_for_lambda_when_it_has_a_marker(
    install: Install, marker: str, runtime: str, architecture: str, comes: bool
) -> None:
    install("first", {"first/__init__.py": ""}, requires=(f"second; {marker}",), extras=("more",))
    install("second", {"second/__init__.py": ""})
    assert ("second" in members("first", runtime=runtime, architecture=architecture)) is comes


def test_extras_come_along_when_a_requirement_asks_for_them(install: Install) -> None:
    install("first", {"first/__init__.py": ""}, requires=("second[more]",))
    install("second", {"second/__init__.py": ""}, requires=("third; extra == 'more'",), extras=("more",))
    install("third", {"third/__init__.py": ""})
    assert "third" in members("first")


def test_namespace_is_one_folder_when_two_packages_share_it(install: Install) -> None:
    install("first", {"shared/first/__init__.py": "1"}, requires=("second",))
    install("second", {"shared/second/__init__.py": "2"})
    assert stored(members("first")["shared"]) == {"first/__init__.py": "1", "second/__init__.py": "2"}


def test_what_lambda_brings_stays_behind_when_required(install: Install) -> None:
    install("first", {"first/__init__.py": ""}, requires=("boto3", "botocore"))
    assert [name for name in members("first") if "boto" in name] == []


def test_every_problem_is_named_at_once_when_packages_cannot_go_along(install: Install) -> None:
    install("native", {"native/fast.cpython-313-x86_64-linux-gnu.so": "x"})
    install("platform", {"platform_only.py": ""}, pure=False)
    install("newer", {"newer.py": ""}, python=">=3.14")
    with pytest.raises(LibraryError) as refused:
        members("native", "platform", "newer", "nowhere")
    assert str(refused.value).splitlines() == [
        "native 1.0: it is not pure Python (native/fast.cpython-313-x86_64-linux-gnu.so), so it would run on one "
        "processor only; use another package",
        "newer 1.0: it needs Python >=3.14, the function runs on 3.13; change the runtime",
        "nowhere, wanted by the contract: it is not installed; add it to [project.optional-dependencies] services in "
        "pyproject.toml and run `uv sync --all-extras`",
        "platform 1.0: its wheel is built for one platform (Root-Is-Purelib is not true); use another package",
    ]


def test_who_wanted_it_is_said_when_a_requirement_is_not_installed(install: Install) -> None:
    install("first", {"first/__init__.py": ""}, requires=("nowhere",))
    with pytest.raises(LibraryError, match="nowhere, wanted by first: it is not installed"):
        members("first")


def test_archive_has_the_same_bytes_when_it_is_written_again(install: Install, tmp_path: Path) -> None:
    install("big", {"big/__init__.py": "a", "big/b.py": "b"})
    first = Path(str(members("big")["big"].path))  # type: ignore[attr-defined]
    content = first.read_bytes()
    first.unlink()
    (tmp_path / "site" / "big" / "b.py").touch()
    libraries._members.cache_clear()
    second = Path(str(members("big")["big"].path))  # type: ignore[attr-defined]
    assert (second, second.read_bytes()) == (first, content)


def test_archive_has_another_name_when_a_file_changed(install: Install) -> None:
    install("big", {"big/__init__.py": "a"})
    first = members("big")["big"]
    libraries._members.cache_clear()
    install("big", {"big/__init__.py": "b"})
    assert members("big")["big"].path != first.path  # type: ignore[attr-defined]


def test_cache_is_refused_when_it_belongs_to_another(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("big", {"big/__init__.py": ""})
    uid = libraries.os.getuid()
    libraries._cache()
    monkeypatch.setattr(libraries.os, "getuid", lambda: uid + 1)
    (Path(libraries.tempfile.gettempdir()) / f"atoll-libraries-{uid}").rename(
        Path(libraries.tempfile.gettempdir()) / f"atoll-libraries-{uid + 1}"
    )
    with pytest.raises(LibraryError, match="belongs to another user"):
        members("big")


@pytest.mark.embedded
def test_packages_of_the_samples_can_be_imported_when_nothing_else_is_there(tmp_path: Path) -> None:
    modules = {
        "aws-lambda-powertools": "aws_lambda_powertools.logging, aws_lambda_powertools.utilities.batch",
        "fastjsonschema": "fastjsonschema",
        "pg8000": "pg8000.dbapi",
        "redis": "redis",
    }
    root = tmp_path / "root"
    for name, member in members(*modules).items():
        assert isinstance(member, pulumi.FileArchive | pulumi.FileAsset)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(member, pulumi.FileArchive):
            with zipfile.ZipFile(str(member.path)) as opened:
                opened.extractall(root / name)
        else:
            (root / name).write_bytes(Path(str(member.path)).read_bytes())
    program = f"import sys; sys.path.insert(0, {str(root)!r}); import {', '.join(modules.values())}"
    done = subprocess.run([sys.executable, "-S", "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

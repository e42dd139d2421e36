"""Revisions: what content is called, and copies of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from console.change.recording import may_be_of
from console.change.store import KEPT, Store
from console.change.tree import WORKTREE, RevisionError, blob, copy, tree_of

pytestmark = pytest.mark.embedded


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits: the second changes one stack file and one module."""
    for name, text in {
        "Pulumi.yaml": "name: p\n",
        "Pulumi.dev.yaml": "one\n",
        "Pulumi.prod.yaml": "p\n",
        "stacks/a.py": "A = 1\n",
        "stacks/b.py": "B = 1\n",
        "tests/t.py": "T = 1\n",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "tag", "v1")
    (tmp_path / "Pulumi.dev.yaml").write_text("two\n")
    (tmp_path / "stacks" / "a.py").write_text("A = 2\n")
    git(tmp_path, "commit", "-q", "-a", "-m", "second")
    return tmp_path


def test_same_content_has_the_same_name_whatever_the_revision(repository: Path) -> None:
    old, new, here = (tree_of(repository, name) for name in ("v1", "HEAD", WORKTREE))
    assert old.key(["stacks"]) != new.key(["stacks"]) == here.key(["stacks"])
    assert old.key(["Pulumi.prod.yaml"]) == new.key(["Pulumi.prod.yaml"])
    assert new.stack_files() == {"dev": "Pulumi.dev.yaml", "prod": "Pulumi.prod.yaml"}


def test_file_that_nobody_has_committed_changes_the_name_of_its_folder(repository: Path) -> None:
    clean = tree_of(repository, WORKTREE)
    (repository / "stacks" / "new.py").write_text("N = 1\n")
    (repository / "tests" / "new.py").write_text("N = 1\n")
    (repository / "Pulumi.prod.yaml").unlink()
    touched = tree_of(repository, WORKTREE)
    assert touched.revision.modified
    assert not clean.revision.modified
    assert touched.key(["stacks"]) != clean.key(["stacks"])
    assert touched.key(["tests"]) == clean.key(["tests"])
    assert list(touched.stack_files()) == ["dev"]


def test_copy_holds_what_the_revision_had_and_no_tests(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.mktemp("copy")
    (repository / "stacks" / "b.py").write_text("B = 'not committed'\n")
    copy(tree_of(repository, "v1"), target)
    found = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert found == {
        "Pulumi.yaml": "name: p\n",
        "Pulumi.dev.yaml": "one\n",
        "Pulumi.prod.yaml": "p\n",
        "stacks/a.py": "A = 1\n",
        "stacks/b.py": "B = 1\n",
    }


def test_content_of_a_revision_is_read_without_its_work_tree(repository: Path) -> None:
    assert blob(tree_of(repository, "v1"), "Pulumi.dev.yaml") == b"one\n"
    assert blob(tree_of(repository, "v1"), "nowhere") is None
    assert blob(tree_of(repository, WORKTREE), "Pulumi.dev.yaml") == b"two\n"


def test_stack_of_another_environment_is_left_out_and_one_that_does_not_say_is_not(repository: Path) -> None:
    (repository / "Pulumi.dev.yaml").write_text("config:\n  atoll:environment: 'dev'\n")
    here = tree_of(repository, WORKTREE)
    assert may_be_of(here, "dev", "dev")
    assert not may_be_of(here, "dev", "prod")
    assert may_be_of(here, "prod", "prod"), "its file does not say"
    assert not may_be_of(here, "nowhere", "prod")


def test_revision_that_is_not_there_is_named_with_advice(repository: Path) -> None:
    with pytest.raises(RevisionError, match=r"git knows no revision 'nowhere' in .* Name a revision such as main"):
        tree_of(repository, "nowhere")


def test_oldest_goes_when_more_is_kept_than_allowed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(KEPT + 3):
        store.put(f"{number}.json", b"{}")
    assert len(list(tmp_path.iterdir())) == KEPT
    assert store.get(f"{KEPT + 2}.json") == b"{}"
    assert store.get("never") is None

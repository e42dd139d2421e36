"""What only a deployment proves of warehouse, replication and logs: they stand, a second preview is empty, they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from embedded.session import DELIVERY_ACCOUNT

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT_FILE = "name: flows\nruntime:\n  name: python\n"
PROGRAM = Path(__file__).with_name("flows_program.py")
client: Any = boto3.client  # whose overloads know no dictionaries of arguments


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def stop_replications(session: Session) -> None:
    """Stop what replicates before it is deleted; the provider would, and look whether it has after a minute only."""
    who = {"region_name": "us-east-1", "aws_access_key_id": DELIVERY_ACCOUNT, "aws_secret_access_key": "x"}
    dms = client("dms", endpoint_url=session.cloud.url, **who)
    for task in dms.describe_replication_tasks()["ReplicationTasks"]:
        dms.stop_replication_task(ReplicationTaskArn=task["ReplicationTaskArn"])


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("flows")
    (folder / "Pulumi.yaml").write_text(PROJECT_FILE, encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    run(session, folder, "stack", "init", "flows-test")
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder
    finally:
        stop_replications(session)
        run(session, folder, "destroy", "--yes", "--remove", "--skip-preview", "--refresh")


def test_nothing_changes_when_the_flows_stand(session: Session, deployed: Path) -> None:
    run(session, deployed, "preview", "--expect-no-changes", "--diff")


def test_nothing_has_drifted_when_the_flows_are_asked(session: Session, deployed: Path) -> None:
    run(session, deployed, "refresh", "--yes", "--expect-no-changes", "--diff")

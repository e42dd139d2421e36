"""What only a deployment proves of warehouse, replication and logs: they stand, a second preview is empty, they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from embedded.session import DELIVERY_ACCOUNT
from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("flows_program.py")
client: Any = boto3.client  # whose overloads know no dictionaries of arguments


def stop_replications(session: Session) -> None:
    """Stop what replicates before it is deleted; the provider would, and look whether it has after a minute only."""
    who = {"region_name": "us-east-1", "aws_access_key_id": DELIVERY_ACCOUNT, "aws_secret_access_key": "x"}
    dms = client("dms", endpoint_url=session.cloud.url, **who)
    for task in dms.describe_replication_tasks()["ReplicationTasks"]:
        dms.stop_replication_task(ReplicationTaskArn=task["ReplicationTaskArn"])


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("flows"), PROGRAM).standing() as project:
        try:
            yield project
        finally:
            stop_replications(session)
            project.pulumi("refresh", "--yes", "--skip-preview")


def test_nothing_changes_when_the_flows_stand(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_nothing_has_drifted_when_the_flows_are_asked(deployed: Project) -> None:
    deployed.assert_not_drifted()

"""What only a deployment proves about a cluster: it stands, recording, preview and state agree, and it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph import preview, state
from graph.agreement import agreement
from graph.record import record
from graph.resource_graph import ResourceGraph
from tests.components.eks_program import ACCOUNT, build

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT_FILE = "name: eks\nruntime:\n  name: python\n"
PROGRAM = "import components\n\nfrom tests.components.eks_program import build\n\nbuild()\n"
STACK = "eks-test"


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def planned(session: Session, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ResourceGraph]:
    folder = tmp_path_factory.mktemp("eks")
    (folder / "Pulumi.yaml").write_text(PROJECT_FILE, encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    run(session, folder, "stack", "init", STACK)
    return folder, preview.load(run(session, folder, "preview", "--json"), account=ACCOUNT)


@pytest.fixture(scope="module")
def deployed(session: Session, planned: tuple[Path, ResourceGraph]) -> Iterator[tuple[Path, dict[str, Any]]]:
    folder, _ = planned
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder, json.loads(run(session, folder, "stack", "output", "--json"))
    finally:
        run(session, folder, "destroy", "--yes", "--remove")


def recorded() -> ResourceGraph:
    return record(build, project="eks", stack=STACK, account=ACCOUNT).graph


def test_preview_sees_what_the_recording_saw_when_the_component_is_remote(planned: tuple[Path, ResourceGraph]) -> None:
    assert agreement(recorded(), planned[1]) == []


def test_state_holds_what_the_recording_saw_when_the_cluster_stands(
    session: Session, deployed: tuple[Path, dict[str, Any]]
) -> None:
    folder, _ = deployed
    assert agreement(recorded(), state.load(run(session, folder, "stack", "export"), account=ACCOUNT)) == []


def test_nothing_changes_when_the_cluster_stands(session: Session, deployed: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = deployed
    run(session, folder, "preview", "--expect-no-changes", "--diff")


def test_outputs_lead_to_the_cluster_without_a_secret(deployed: tuple[Path, dict[str, Any]]) -> None:
    _, outputs = deployed
    kubeconfig = json.loads(outputs["kubeconfig"])
    server = kubeconfig["clusters"][0]["cluster"]
    assert server["server"] == outputs["endpoint"]
    assert server["certificate-authority-data"] == outputs["certificate_authority"]
    command = kubeconfig["users"][0]["user"]["exec"]
    assert [command["command"], *command["args"]] == [
        *("aws", "--region", "us-west-2", "eks", "get-token"),
        *("--cluster-name", "staging-eks-cluster", "--output", "json"),
    ]
    assert outputs["security_group"].startswith("sg-")
    assert outputs["issuer"].startswith("oidc.eks.us-west-2.amazonaws.com/id/")


def test_component_is_refused_by_name_when_an_input_is_not_covered(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("refused")
    (folder / "Pulumi.yaml").write_text("name: refused\nruntime:\n  name: python\n", encoding="utf-8")
    program = 'import pulumi_eks\n\npulumi_eks.Cluster("plain")\n'
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    run(session, folder, "stack", "init", "refused")
    done = session.pulumi(["preview"], cwd=folder, capture=True)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "skipDefaultNodeGroup is None, it has to be True" in said
    assert "use the official eks plug-in" in said

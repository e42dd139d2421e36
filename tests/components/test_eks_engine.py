"""What only a deployment proves about a cluster: it stands, recording, preview and state agree, and it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from graph import preview, state
from graph.agreement import agreement
from graph.record import record
from graph.resource_graph import ResourceGraph
from tests.components.eks_program import ACCOUNT, build
from tests.kit.project import STACK, Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = "import components\n\nfrom tests.components.eks_program import build\n\nbuild()\n"


@pytest.fixture(scope="module")
def planned(session: Session, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, ResourceGraph]:
    project = Project.write(session, tmp_path_factory.mktemp("eks"), PROGRAM)
    return project, preview.load(project.pulumi("preview", "--json"), account=ACCOUNT)


@pytest.fixture(scope="module")
def deployed(planned: tuple[Project, ResourceGraph]) -> Iterator[Project]:
    with planned[0].standing() as project:
        yield project


def recorded(project: Project) -> ResourceGraph:
    return record(build, project=project.name, stack=STACK, account=ACCOUNT).graph


def test_preview_sees_what_the_recording_saw_when_the_component_is_remote(
    planned: tuple[Project, ResourceGraph],
) -> None:
    project, previewed = planned
    assert agreement(recorded(project), previewed) == []


def test_state_holds_what_the_recording_saw_when_the_cluster_stands(deployed: Project) -> None:
    assert agreement(recorded(deployed), state.load(deployed.pulumi("stack", "export"), account=ACCOUNT)) == []


def test_nothing_changes_when_the_cluster_stands(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_outputs_lead_to_the_cluster_without_a_secret(deployed: Project) -> None:
    outputs = deployed.outputs
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
    program = 'import pulumi_eks\n\npulumi_eks.Cluster("plain")\n'
    project = Project.write(session, tmp_path_factory.mktemp("refused"), program)
    done = session.pulumi(["preview"], cwd=project.folder, capture=True)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "skipDefaultNodeGroup is None, it has to be True" in said
    assert "use the official eks plug-in" in said

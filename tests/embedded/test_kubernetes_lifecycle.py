"""What the kubernetes plug-in's stand-in does to objects, against a real API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.names import Mode, Naming
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, reveal_all
from embedded.cloud import Cloud
from embedded.kubernetes_plugin.api import Api
from embedded.kubernetes_plugin.errors import ApiError, NotReadyError
from embedded.kubernetes_plugin.lifecycle import Lifecycle, Made
from embedded.kubernetes_plugin.naming import Target
from embedded.kubernetes_plugin.objects import text_of
from embedded.kubernetes_plugin.settings import Settings
from tests.embedded.control_plane import ControlPlane

pytestmark = pytest.mark.embedded
MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    cloud = Cloud.start(tmp_path_factory.mktemp("lifecycle"), port=0, idle=600)
    yield ControlPlane.create(cloud, "main")
    cloud.stop()


class Resource:
    """One resource, driven as the engine drives it."""

    def __init__(self, plane: ControlPlane, token: str, name: str, **settings: Any) -> None:
        connection = plane.admin().connection
        self.life = Lifecycle(Settings(connection=connection, **settings), lambda _: None)
        self.target = Target(f"urn:pulumi:s::p::{token}::{name}", token)
        self.inputs: Props = {}
        self.made = Made("", {})
        self.said: list[str] = []

    def check(self, inputs: Props) -> Props:
        naming = Naming(self.target.name, b"seed", Mode.DEFAULT, "")
        checked, problems = self.life.check(self.target, inputs, self.inputs, naming)
        assert problems == []
        return checked

    def create(self, inputs: Props, *, preview: bool = False) -> Made:
        checked = self.check(inputs)
        made = self.life.create(self.target, checked, 20.0, preview, self.said.append)
        if not preview:
            self.made, self.inputs = made, checked
        return made

    def changes(self, inputs: Props, ignored: tuple[str, ...] = ()) -> tuple[list[str], list[str], bool]:
        """Paths that would change, paths that replace, and whether the old object goes first."""
        found = self.life.diff(self.target, self.made.properties, self.inputs, self.check(inputs), list(ignored))
        return sorted(map(text_of, found.changes)), sorted(map(text_of, found.replaces)), found.delete_first

    def update(self, inputs: Props, ignored: tuple[str, ...] = ()) -> Made:
        news = self.check(inputs)
        self.made = self.life.update(
            self.target, self.made.id, self.made.properties, news, list(ignored), 20.0, False, self.said.append
        )
        self.inputs = news
        return self.made

    def refresh(self) -> Props | None:
        found = self.life.read(self.target, self.made.id, self.made.properties, self.inputs)
        return found.inputs if found else None

    def delete(self, seconds: float = 20.0) -> None:
        self.life.delete(self.target, self.made.id, self.made.properties, self.inputs, seconds)


def config_map(name: str, **data: str) -> Props:
    return {"metadata": {"name": name, "namespace": "default"}, "data": {**data}}


def quota(name: str, pods: str) -> Props:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"hard": {"pods": pods, "cpu": "1000m"}}}


CRD: Props = {
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {"size": {"type": "integer", "default": 3}, "color": {"type": "string"}},
                            }
                        },
                    }
                },
            }
        ],
    },
}


def test_nothing_changes_when_server_filled_in_defaults_and_normalized(plane: ControlPlane) -> None:
    deployment: Props = {
        "metadata": {"namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "i", "resources": {"limits": {"cpu": "1000m"}}}]},
            },
        },
    }
    resource = Resource(plane, "kubernetes:apps/v1:Deployment", "web")
    made = resource.create(deployment)
    assert made.id.startswith("default/web-")
    assert made.problem == ""
    assert resource.said == ["The cluster has no nodes: Deployment is accepted, and its pods do not run."]
    assert resource.changes(deployment) == ([], [], False)
    assert resource.refresh() == resource.inputs


def test_name_is_made_up_once_and_kept(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:Namespace", "space")
    resource.create({})
    name = resource.made.id
    assert name.startswith("space-")
    assert resource.check({})["metadata"] == {"name": name, "annotations": {"pulumi.com/autonamed": "true"}}
    resource.delete()
    assert resource.refresh() is None


def test_object_that_exists_is_not_taken_over_unless_told(plane: ControlPlane) -> None:
    Resource(plane, "kubernetes:core/v1:ConfigMap", "first").create(config_map("taken", a="1"))
    second = Resource(plane, "kubernetes:core/v1:ConfigMap", "second")
    with pytest.raises(PluginError, match=r"it exists already\. Import it"):
        second.create(config_map("taken", a="1"))
    third = Resource(plane, "kubernetes:core/v1:ConfigMap", "third", upsert=True)
    assert third.create(config_map("taken", a="1")).id == "default/taken"


def test_drift_is_seen_and_its_owner_named_when_it_is_in_the_way(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ResourceQuota", "q")
    resource.create(quota("drift", "10"))
    path = "/api/v1/namespaces/default/resourcequotas/drift"
    plane.admin().ask("PATCH", f"{path}?fieldManager=kubectl-edit", {"spec": {"hard": {"pods": "99"}}}, MERGE)
    assert resource.changes(quota("drift", "10"))[0] == ["spec.hard.pods"]
    refreshed = resource.refresh()
    assert refreshed is not None
    assert refreshed["spec"] == {"hard": {"pods": "99", "cpu": "1000m"}}
    with pytest.raises(
        PluginError, match=r'spec\.hard\.pods: conflict with "kubectl-edit"(.|\n)*patchForce(.|\n)*ignore_ch'
    ):
        resource.update(quota("drift", "10"))
    assert resource.changes(quota("drift", "10"), ("spec.hard.pods",))[0] == []
    forced = Resource(plane, "kubernetes:core/v1:ResourceQuota", "q", patch_force=True)
    forced.made, forced.inputs = resource.made, resource.inputs
    forced.update(quota("drift", "10"))
    assert plane.admin().get(path)["spec"]["hard"] == {"pods": "10", "cpu": "1"}


def test_field_is_removed_when_the_program_drops_it(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ServiceAccount", "sa")
    labelled: Props = {"metadata": {"name": "labelled", "namespace": "default", "labels": {"a.b/c": "1", "d": "2"}}}
    resource.create(labelled)
    plain: Props = {"metadata": {"name": "labelled", "namespace": "default", "labels": {"d": "2"}}}
    assert resource.changes(plain)[0] == ['metadata.labels["a.b/c"]']
    assert resource.update(plain).properties["metadata"]["labels"] == {"d": "2"}  # type: ignore[index, call-overload]


def test_object_is_made_again_when_somebody_deleted_it(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ResourceQuota", "q")
    resource.create(quota("lost", "1"))
    plane.admin().delete("/api/v1/namespaces/default/resourcequotas/lost", {})
    assert resource.changes(quota("lost", "1"))[0] == ["metadata.uid"]
    resource.update(quota("lost", "1"))
    assert resource.changes(quota("lost", "1"))[0] == []


def test_replacement_is_asked_for_when_the_api_calls_a_field_immutable(plane: ControlPlane) -> None:
    def binding(role: str) -> Props:
        group = "rbac.authorization.k8s.io"
        subjects: Any = [{"apiGroup": group, "kind": "Group", "name": "g"}]
        return {
            "metadata": {"name": "bind", "namespace": "default"},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
            "subjects": subjects,
        }

    resource = Resource(plane, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "b")
    resource.create(binding("view"))
    changes, replaces, delete_first = resource.changes(binding("edit"))
    assert "roleRef" in replaces
    assert "roleRef.name" in changes
    assert delete_first
    assert resource.create(binding("edit"), preview=True).problem == ""  # while the old one still has the name


def test_config_map_is_replaced_when_its_data_change_unless_told_otherwise(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ConfigMap", "cm")
    resource.create({"metadata": {"namespace": "default"}, "data": {"a": "1"}})
    changed: Props = {"metadata": {"namespace": "default"}, "data": {"a": "2"}}
    assert resource.changes(changed) == (["data.a"], ["data.a"], False)
    mutable = Resource(plane, "kubernetes:core/v1:ConfigMap", "cm", config_map_mutable=True)
    mutable.made, mutable.inputs = resource.made, resource.inputs
    assert mutable.changes(changed) == (["data.a"], [], False)


def test_custom_resource_comes_up_when_its_definition_is_being_made(plane: ControlPlane) -> None:
    widget: Props = {"metadata": {"name": "w", "namespace": "default"}, "spec": {"color": "red"}}
    custom = Resource(plane, "kubernetes:example.com/v1:Widget", "w")
    guessed = custom.create(widget, preview=True)  # its kind is not known yet
    assert guessed.properties["spec"] == {"color": "red"}
    definition = Resource(plane, "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "crd")
    late = threading.Timer(1.0, definition.create, (CRD,))
    late.start()
    made = custom.create(widget)
    late.join()
    assert made.properties["spec"] == {"color": "red", "size": 3}
    with pytest.raises(ApiError, match=r"colour"):
        custom.update({"metadata": {"name": "w", "namespace": "default"}, "spec": {"colour": "red"}})
    definition.delete()
    custom.delete()  # it went with its definition
    assert custom.refresh() is None


def test_deletion_names_the_finalizer_when_nobody_removes_it(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ConfigMap", "held")
    held: Props = {"metadata": {"name": "held", "namespace": "default", "finalizers": ["example.com/never"]}}
    resource.create(held)
    with pytest.raises(NotReadyError, match=r"finalizers example\.com/never wait for their controllers"):
        resource.delete(seconds=0.5)
    plane.admin().ask("PATCH", "/api/v1/namespaces/default/configmaps/held", {"metadata": {"finalizers": None}}, MERGE)
    resource.delete()
    assert resource.refresh() is None


def test_patch_changes_what_it_names_and_gives_it_back(plane: ControlPlane) -> None:
    def labels(api: Api) -> dict[str, str]:
        return api.get("/api/v1/namespaces/kube-public")["metadata"]["labels"]

    before = labels(plane.admin())
    patch = Resource(plane, "kubernetes:core/v1:NamespacePatch", "p")
    patch.create({"metadata": {"name": "kube-public", "labels": {"team": "a"}}})
    assert labels(plane.admin()) == before | {"team": "a"}
    patch.delete()
    assert labels(plane.admin()) == before
    absent = Resource(plane, "kubernetes:core/v1:NamespacePatch", "q")
    with pytest.raises(PluginError, match="nothing to patch"):
        absent.create({"metadata": {"name": "absent", "labels": {"team": "a"}}})


def test_secret_stays_secret_and_unchanged(plane: ControlPlane) -> None:
    given: Props = {"metadata": {"name": "s", "namespace": "default"}, "stringData": Secret({"password": "hunter2"})}
    resource = Resource(plane, "kubernetes:core/v1:Secret", "s")
    made = resource.create(given)
    assert isinstance(made.properties["data"], Secret)
    assert "hunter2" not in repr(made.properties)
    assert resource.changes(given) == ([], [], False)
    plane.admin().ask("PATCH", "/api/v1/namespaces/default/secrets/s", {"data": {"password": "YQ=="}}, MERGE)
    refreshed = resource.refresh()
    assert refreshed is not None
    assert isinstance(refreshed["data"], Secret)
    assert reveal_all(refreshed)["data"] == {"password": "YQ=="}


def test_preview_makes_nothing_and_leaves_open_what_only_the_server_knows(plane: ControlPlane) -> None:
    resource = Resource(plane, "kubernetes:core/v1:ConfigMap", "seen")
    shown = resource.create(config_map("seen", a="1"), preview=True)
    assert "uid" not in shown.properties["metadata"]  # type: ignore[operator]
    assert plane.admin().find("/api/v1/namespaces/default/configmaps/seen") is None
    elsewhere: Props = {"metadata": {"name": "seen", "namespace": "to-come"}}
    assert resource.create(elsewhere, preview=True).properties["kind"] == "ConfigMap"
    unknown: Props = {"metadata": {"name": "seen"}, "data": {"a": UNKNOWN}}
    assert resource.create(unknown, preview=True).properties["data"] == {"a": UNKNOWN}
    with pytest.raises(ApiError, match=r"\.dat: field not declared"):
        resource.create({"metadata": {"name": "seen", "namespace": "default"}, "dat": {"a": "1"}}, preview=True)


def test_import_leaves_out_what_the_server_wrote(plane: ControlPlane) -> None:
    target = Target("urn:pulumi:s::p::kubernetes:core/v1:Namespace::n", "kubernetes:core/v1:Namespace")
    life = Resource(plane, target.token, "n").life
    found = life.read(target, "kube-system", {}, {})
    assert found is not None
    assert found.inputs["metadata"] == {"name": "kube-system", "labels": {"kubernetes.io/metadata.name": "kube-system"}}

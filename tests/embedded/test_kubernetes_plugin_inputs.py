"""The kubernetes plug-in's stand-in without a cluster: paths, names, kubeconfigs, manifests, what is compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.names import Mode, Naming
from embedded.aws_plugin.values import UNKNOWN, Props, Secret
from embedded.kubernetes_plugin.changes import Sides, compare
from embedded.kubernetes_plugin.credentials import Credentials
from embedded.kubernetes_plugin.errors import ApiError
from embedded.kubernetes_plugin.kubeconfig import Connection, ExecCommand, load
from embedded.kubernetes_plugin.lifecycle import Lifecycle
from embedded.kubernetes_plugin.manifests import objects_in
from embedded.kubernetes_plugin.naming import Target, named, parse_id
from embedded.kubernetes_plugin.objects import as_state, differences, keep_live, path_of, put, text_of, to_send
from embedded.kubernetes_plugin.refusals import immutable_fields
from embedded.kubernetes_plugin.settings import Settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAMES = Naming("web", b"seed", Mode.DEFAULT, "")


def target(token: str = "kubernetes:core/v1:ConfigMap") -> Target:
    return Target(f"urn:pulumi:s::p::{token}::web", token)


def offline(**settings: Any) -> Lifecycle:
    return Lifecycle(Settings(connection=None, **settings), lambda _: None)


@given(
    st.lists(st.integers(0, 9) | st.text(st.characters(blacklist_characters="*"), min_size=1), min_size=1).map(tuple)
)
def test_path_comes_back_when_it_was_written(path: tuple[str | int, ...]) -> None:
    assert path_of(text_of(path)) == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec.ports[0].name", ("spec", "ports", 0, "name")),
        ('metadata.labels["a.b/c"]', ("metadata", "labels", "a.b/c")),
        ("spec.template.spec.containers[*].image", ("spec", "template", "spec", "containers", "*", "image")),
    ],
)
def test_path_is_read_as_pulumi_writes_it(text: str, path: tuple[str | int, ...]) -> None:
    assert path_of(text) == path


@given(JSON, JSON)
def test_differences_are_none_only_when_values_are_equal(old: Any, new: Any) -> None:
    assert (list(differences(old, new)) == []) == (old == new and type(old) is type(new)) or old == new
    assert list(differences(old, old)) == []


@given(st.dictionaries(st.text(min_size=1, max_size=4), JSON, max_size=4), JSON)
def test_value_differs_just_where_it_was_put(holder: dict[str, Any], value: Any) -> None:
    changed = json.loads(json.dumps(holder))
    put(changed, ("new key",), True, value)
    assert list(differences(holder, changed)) == [("new key",)]


def test_live_value_wins_where_changes_are_ignored() -> None:
    body = {"spec": {"replicas": 1, "containers": [{"image": "a"}, {"image": "b"}], "gone": 1}}
    live = {"spec": {"replicas": 5, "containers": [{"image": "x"}, {"image": "y"}]}}
    keep_live(body, live, ["spec.replicas", "spec.containers[*].image", "spec.gone"])
    assert body == live


def test_texts_of_a_secret_are_sent_as_data() -> None:
    sent = to_send(
        {"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}, "status": {}}
    )
    assert sent == {"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA==", "b": "eQ=="}}


def test_outputs_are_secret_where_inputs_are() -> None:
    live = {"apiVersion": "v1", "kind": "X", "metadata": {"managedFields": [{}]}, "spec": {"a": "p", "b": ["q"]}}
    state = as_state(live, "m", {"spec": {"a": Secret("p"), "b": [Secret("q")]}})
    assert state["metadata"] == {}
    assert isinstance(state["spec"], dict)
    assert "p" not in repr(state["spec"]["a"])
    assert "q" not in repr(state["spec"]["b"])


@pytest.mark.parametrize(
    ("token", "api_version", "kind", "is_patch"),
    [
        ("kubernetes:core/v1:Namespace", "v1", "Namespace", False),
        ("kubernetes:apps/v1:DeploymentPatch", "apps/v1", "Deployment", True),
        ("kubernetes:argoproj.io/v1alpha1:Application", "argoproj.io/v1alpha1", "Application", False),
    ],
)
def test_type_token_tells_version_and_kind(token: str, api_version: str, kind: str, is_patch: bool) -> None:
    found = target(token)
    assert (found.api_version, found.kind, found.is_patch) == (api_version, kind, is_patch)


@pytest.mark.parametrize(("inputs", "start"), [({}, "web-"), ({"metadata": {"generateName": "job-"}}, "job-")])
def test_name_is_made_up_and_kept_when_the_program_gives_none(inputs: Props, start: str) -> None:
    first = named(inputs, {}, NAMES)
    metadata = first["metadata"]
    assert isinstance(metadata, dict)
    assert str(metadata["name"]).startswith(start)
    assert named(inputs, first, Naming("web", b"other", Mode.DEFAULT, "")) == first


def test_name_of_the_program_stands() -> None:
    inputs: Props = {"metadata": {"name": "mine"}}
    assert named(inputs, {}, NAMES) == inputs
    unknown: Props = {"metadata": UNKNOWN}
    assert named(unknown, {}, NAMES) == unknown


def test_id_holds_namespace_and_name() -> None:
    assert (parse_id("a/b"), parse_id("b")) == (("a", "b"), (None, "b"))


def test_lists_and_nameless_patches_are_refused_at_once() -> None:
    _, problems = offline().check(target("kubernetes:core/v1:ConfigMapList"), {"items": []}, {}, NAMES)
    assert problems == [("kind", "ConfigMapList is no object of its own: declare its items one by one")]
    _, problems = offline().check(target("kubernetes:core/v1:NamespacePatch"), {}, {}, NAMES)
    assert problems == [("metadata.name", "a patch must name the object that it patches")]


def sides(
    before: Props, after: Props, token: str = "kubernetes:core/v1:Service", outputs: Props | None = None
) -> Sides:
    return Sides(target(token), outputs or {}, before, after)


def test_object_is_replaced_when_it_moves() -> None:
    before: Props = {"metadata": {"name": "a", "namespace": "x"}}
    after: Props = {"metadata": {"name": "a", "namespace": "y"}}
    found = compare(None, Settings(connection=None), sides(before, after), "m", [])
    assert (found.replaces, found.delete_first) == ({("metadata", "namespace")}, False)


def test_object_stays_when_its_namespace_becomes_explicit() -> None:
    outputs: Props = {"metadata": {"name": "a", "namespace": "default"}}
    before: Props = {"metadata": {"name": "a"}}
    found = compare(None, Settings(connection=None), sides(before, outputs, outputs=outputs), "m", [])
    assert found.replaces == set()


def test_unknown_counts_as_a_change_without_asking_the_cluster() -> None:
    found = compare(None, Settings(connection=None), sides({"spec": {"a": 1}}, {"spec": {"a": UNKNOWN}}), "m", [])
    assert found.changes == {("spec", "a")}


def test_immutable_fields_are_those_the_api_names() -> None:
    def refusal(message: str, code: int = 422) -> ApiError:
        causes = [{"field": "spec.selector", "message": message}]
        return ApiError.of(code, {"message": f"x is invalid: {message}", "details": {"causes": causes}})

    assert immutable_fields(refusal("field is immutable")) == {("spec", "selector")}
    assert immutable_fields(refusal("must be positive")) == set()
    assert immutable_fields(refusal("field is immutable", 500)) == set()


def test_status_becomes_an_error_with_a_line_for_each_field() -> None:
    causes = [{"field": ".a", "message": "wrong"}, {"field": "b", "message": "missing"}]
    error = ApiError.of(422, {"message": 'X "n" is invalid: [...]', "reason": "Invalid", "details": {"causes": causes}})
    assert str(error) == 'X "n" is invalid:\n  a: wrong\n  b: missing'


def kubeconfig(**user: Any) -> dict[str, Any]:
    return {
        "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1/"}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": "n"}}],
    }


def test_kubeconfig_is_read_from_content_and_from_a_path(tmp_path: Path) -> None:
    text = yaml.safe_dump(kubeconfig(token="t"))
    path = tmp_path / "config"
    path.write_text(text)
    for given_as in (text, json.dumps(kubeconfig(token="t")), str(path)):
        found = load(given_as, None, None, {})
        assert (found.server, found.namespace, found.token) == ("https://127.0.0.1:1", "n", "t")
    assert load(None, None, None, {"KUBECONFIG": str(path)}) == load(text, None, None, {})


@pytest.mark.parametrize(
    ("text", "context", "sentence"),
    [
        ("/no/such/file", None, r"the provider names /no/such/file cannot be read"),
        ("a: [", None, "cannot be read"),
        ("{a: [", None, "neither the path of a file nor YAML"),
        ("{}", None, "neither the path of a file nor a kubeconfig"),
        (json.dumps(kubeconfig()), "y", r"there is no context 'y' \(choose one with `context`\); known: x"),
    ],
)
def test_kubeconfig_that_cannot_be_used_says_why(text: str, context: str | None, sentence: str) -> None:
    with pytest.raises(PluginError, match=sentence):
        load(text, context, None, {})


def test_command_for_credentials_is_run_once_until_they_are_refused(tmp_path: Path) -> None:
    credential = {"status": {"token": "t", "expirationTimestamp": "2999-01-01T00:00:00Z"}}
    script = f"open({str(tmp_path / 'runs')!r}, 'a').write('.'); print({json.dumps(credential)!r})"
    command = ExecCommand(sys.executable, ("-c", script), (), "v1", "")
    credentials = Credentials(Connection(context="x", server="https://s", command=command))
    assert [credentials.header() for _ in range(3)] == [{"Authorization": "Bearer t"}] * 3
    assert credentials.refused()
    credentials.header()
    assert (tmp_path / "runs").read_text() == ".."


def test_missing_command_for_credentials_is_named() -> None:
    command = ExecCommand("no-such-command", (), (), "v1", "install it from there")
    credentials = Credentials(Connection(context="x", server="https://s", command=command))
    with pytest.raises(PluginError, match="no-such-command for credentials is not on PATH: install it from there"):
        credentials.header()


def test_manifest_gives_its_objects_one_by_one() -> None:
    text = "a: 1\n---\n---\nkind: FooList\nitems: [{b: 2020-01-01}, {c: 3}]\n"
    assert objects_in(text) == [{"a": 1}, {"b": "2020-01-01"}, {"c": 3}]
    with pytest.raises(PluginError, match="document 1 of the manifest is no object"):
        objects_in("just text")


def test_rendering_to_a_folder_is_refused_and_says_what_to_use() -> None:
    with pytest.raises(PluginError, match=r"renderYamlToDirectory: .* use the official plug-in"):
        Settings.of({"renderYamlToDirectory": "out"}, {})


def test_provider_whose_kubeconfig_is_unknown_has_no_connection() -> None:
    assert Settings.of({"kubeconfig": UNKNOWN}, {}).connection is None

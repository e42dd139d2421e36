"""The blueprint of pulumi-eks' cluster: the component's children, and a clear refusal of what it does not cover."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.blueprints import BLUEPRINTS, BlueprintError, JsonText, Made, Part

TOKEN = "eks:index:Cluster"
COVERED: dict[str, Any] = {
    "authenticationMode": "API",
    "skipDefaultNodeGroup": True,
    "skipDefaultSecurityGroups": True,
    "useDefaultVpcCni": True,
    "kubeProxyAddonOptions": {"enabled": False, "resolveConflictsOnCreate": "OVERWRITE"},
    "corednsAddonOptions": {"enabled": False, "resolveConflictsOnUpdate": "OVERWRITE"},
    "version": "1.35",
}


def children(**inputs: Any) -> dict[str, Any]:
    return {child.key: child for child in BLUEPRINTS[TOKEN]("dev", {**COVERED, **inputs}).children}


def test_children_have_the_components_names_and_parents_when_everything_is_asked_for() -> None:
    entry = {
        "principalArn": "arn:aws:iam::1:role/a",
        "accessPolicies": {"edit": {"policyArn": "p", "accessScope": {"type": "cluster"}}},
    }
    made = children(createOidcProvider=True, accessEntries={"admin": entry})
    assert {(child.type.rsplit(":", 1)[1], child.name, child.parent) for child in made.values()} == {
        ("ServiceRole", "dev-eksRole", None),
        ("Role", "dev-eksRole-role", "serviceRole"),
        ("RolePolicyAttachment", "dev-eksRole-4b490823", "serviceRole"),
        ("Cluster", "dev-eksCluster", None),
        ("AccessEntry", "dev-admin", None),
        ("AccessPolicyAssociation", "dev-admin-edit", "entry admin"),
        ("OpenIdConnectProvider", "dev-oidcProvider", None),
    }


def test_cluster_carries_the_inputs_as_the_component_passes_them_on() -> None:
    opaque = object()
    inputs = children(
        subnetIds=opaque,
        endpointPrivateAccess=True,
        endpointPublicAccess=False,
        encryptionConfigKeyArn=opaque,
        tags={"Team": "a"},
        kubernetesServiceIpAddressRange="172.20.0.0/16",
    )["cluster"].inputs
    assert inputs["vpcConfig"]["subnetIds"] is opaque
    assert inputs["vpcConfig"]["endpointPublicAccess"] is False
    assert inputs["encryptionConfig"] == {"provider": {"keyArn": opaque}, "resources": ["secrets"]}
    assert inputs["tags"] == {"Name": "dev-eksCluster", "Team": "a"}
    assert inputs["kubernetesNetworkConfig"] == {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4"}
    assert inputs["roleArn"] == Made("role", "arn")
    assert inputs["bootstrapSelfManagedAddons"] is True


def test_kubeconfig_holds_a_command_and_no_secret() -> None:
    outputs = BLUEPRINTS[TOKEN]("dev", COVERED).outputs
    user = outputs["kubeconfig"]["users"][0]["user"]
    assert set(user) == {"exec"}
    assert user["exec"]["args"] == [
        "--region",
        Part(Made("cluster", "arn"), ":", 3),
        "eks",
        "get-token",
        "--cluster-name",
        Made("cluster", "name"),
        "--output",
        "json",
    ]
    assert outputs["kubeconfigJson"] == JsonText(outputs["kubeconfig"])
    assert outputs["oidcProviderArn"] == ""


def test_every_reference_is_to_an_earlier_child() -> None:
    blueprint = BLUEPRINTS[TOKEN]("dev", {**COVERED, "createOidcProvider": True})
    seen: set[str] = set()
    for child in blueprint.children:
        assert {*child.depends_on, *([child.parent] if child.parent else [])} <= seen
        seen.add(child.key)
    assert blueprint.outputs_of("cluster") >= {"arn", "name", "endpoint", "certificateAuthority", "identities"}
    assert blueprint.outputs_of("role") == {"arn", "id"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fargate": True}, "fargate is not known"),
        ({"skipDefaultNodeGroup": False}, "skipDefaultNodeGroup is False, it has to be True"),
        ({"authenticationMode": None}, "authenticationMode is None, it has to be 'API'"),
        ({"kubeProxyAddonOptions": {"enabled": False, "version": "v1"}}, "kubeProxyAddonOptions.version is not known"),
        ({"corednsAddonOptions": {}}, "corednsAddonOptions.enabled is None, it has to be False"),
        ({"createOidcProvider": object()}, "createOidcProvider has to be known when the program runs"),
        ({"tags": object()}, "tags has to be known when the program runs"),
    ],
)
def test_input_is_refused_when_it_is_not_covered(change: dict[str, Any], words: str) -> None:
    with pytest.raises(BlueprintError, match=r"use the official eks plug-in") as caught:
        children(**change)
    assert words in str(caught.value)


def test_all_inputs_are_named_at_once_when_several_are_not_covered() -> None:
    with pytest.raises(BlueprintError) as caught:
        children(fargate=True, gpu=True, autoMode={"enabled": True})
    assert all(f"{name} is not known" in str(caught.value) for name in ("fargate", "gpu", "autoMode"))

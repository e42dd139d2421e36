"""The provider's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.values import Props, has_unknown, reveal_all
from embedded.kubernetes_plugin.kubeconfig import Connection, load

_ENVIRONMENT = {
    "enableConfigMapMutable": "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
    "enableSecretMutable": "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
    "enablePatchForce": "PULUMI_K8S_ENABLE_PATCH_FORCE",
    "upsertExistingObjects": "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
    "deleteUnreachable": "PULUMI_K8S_DELETE_UNREACHABLE",
    "skipUpdateUnreachable": "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a provider was told. Without a connection its cluster does not exist yet: only previews work."""

    connection: Connection | None
    namespace: str | None = None
    config_map_mutable: bool = False
    secret_mutable: bool = False
    patch_force: bool = False
    upsert: bool = False
    delete_unreachable: bool = False
    skip_update_unreachable: bool = False

    @staticmethod
    def of(inputs: Props, environment: Mapping[str, str]) -> Settings:
        """The settings in a provider's inputs. Raises `PluginError` for those that cannot be used."""
        told = reveal_all(inputs)
        for name, why in _REFUSED.items():
            if told.get(name) not in (None, "", "false", False):
                raise PluginError(f"{name}: the stand-in of the kubernetes plug-in {why}; use the official plug-in")

        def switch(name: str) -> bool:
            value = told.get(name)
            return str(environment.get(_ENVIRONMENT[name], "") if value is None else value).lower() == "true"

        unknown = any(has_unknown(told.get(name)) for name in ("kubeconfig", "context", "cluster"))
        connection = None if unknown else connection_of(told, environment)
        namespace = told.get("namespace")
        return Settings(
            connection=connection,
            namespace=namespace if isinstance(namespace, str) else connection.namespace if connection else None,
            config_map_mutable=switch("enableConfigMapMutable"),
            secret_mutable=switch("enableSecretMutable"),
            patch_force=switch("enablePatchForce"),
            upsert=switch("upsertExistingObjects"),
            delete_unreachable=switch("deleteUnreachable"),
            skip_update_unreachable=switch("skipUpdateUnreachable"),
        )


_REFUSED = {"renderYamlToDirectory": "does not render YAML to folders"}


def connection_of(inputs: Props, environment: Mapping[str, str]) -> Connection:
    """The connection in a provider's inputs, which must be known. Raises `PluginError`."""
    told = reveal_all(inputs)

    def text(name: str) -> str | None:
        value = told.get(name)
        return value if isinstance(value, str) and value else None

    return load(text("kubeconfig"), text("context"), text("cluster"), environment)

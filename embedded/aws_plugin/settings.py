"""The provider's configuration: from Pulumi's, and from where `AWS_ENDPOINT_URL` points."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from embedded.aws_plugin.mapping.nodes import Block, Node
from embedded.aws_plugin.shapes import block_to_terraform
from embedded.aws_plugin.values import Props, Value, has_unknown, reveal_all, value_of

ENDPOINT: Final = "AWS_ENDPOINT_URL"
FALLBACK_REGION: Final = "us-east-1"

# Second names of one endpoint: the provider refuses two of a group.
_ENDPOINT_ALIASES: Final = frozenset(
    [
        "amg",
        "applicationautoscaling",
        "appintegrationsservice",
        "appregistry",
        "beanstalk",
        "cloudcontrolapi",
        "cloudhsm",
        "cloudwatchevents",
        "cloudwatchevidently",
        "cloudwatchlog",
        "cloudwatchlogs",
        "cloudwatchobservabilityaccessmanager",
        "cloudwatchrum",
        "codedeploy",
        "cognitoidentityprovider",
        "config",
        "costandusagereportservice",
        "costexplorer",
        "databasemigration",
        "databasemigrationservice",
        "directoryservice",
        "elasticloadbalancing",
        "elasticloadbalancingv2",
        "elasticsearchservice",
        "es",
        "eventbridge",
        "gluedatabrew",
        "inspectorv2",
        "lex",
        "lexmodelbuilding",
        "lexmodelbuildingservice",
        "lexmodelsv2",
        "locationservice",
        "managedgrafana",
        "msk",
        "opensearchingestion",
        "opensearchservice",
        "prometheus",
        "prometheusservice",
        "recyclebin",
        "redshiftdataapiservice",
        "resourcegroupstagging",
        "s3api",
        "sdb",
        "serverlessapplicationrepository",
        "serverlessapprepo",
        "stepfunctions",
        "transcribeservice",
    ]
)


def from_pulumi(inputs: Props) -> Props:
    """Provider inputs as plain values: the engine sends everything that is no string as JSON text."""
    out: Props = {}
    for key, value in reveal_all(inputs).items():
        if key in ("version", "pluginDownloadURL") or key.startswith("__"):
            continue
        if isinstance(value, str) and value[:1] in ("[", "{"):
            with contextlib.suppress(ValueError):  # a text that only looks like JSON
                value = _camel_keys(value_of(json.loads(value)))
        out[key] = value
    return out


def _camel_keys(value: Value) -> Value:
    """Inputs given as plain Python dicts keep their snake_case keys inside the JSON text; the keys of tags are data."""
    if isinstance(value, dict):
        return {
            re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), key): item if key == "tags" else _camel_keys(item)
            for key, item in value.items()
        }
    return [_camel_keys(item) for item in value] if isinstance(value, list) else value


def credentials(config: Props) -> set[str]:
    """Texts in the configuration that are secrets by their nature, whether marked or not."""
    return {value for key in ("secretKey", "token") if isinstance(value := config.get(key), str) and value}


def region(config: Props, environment: Mapping[str, str]) -> str:
    """The region a provider works in: configured, from the environment, else us-east-1."""
    configured = config.get("region")
    if isinstance(configured, str) and configured:
        return configured
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or FALLBACK_REGION


def to_terraform(
    node: Node, config: Props, region: str, environment: Mapping[str, str]
) -> tuple[Props, dict[str, str]]:
    """The Terraform provider's configuration, and what its process needs in its environment.

    Without `AWS_ENDPOINT_URL` the provider talks to AWS with the normal chain of credentials, and nothing is added.
    """
    known = {key: value for key, value in config.items() if not has_unknown(value)} | {"region": region}
    url = environment.get(ENDPOINT, "")
    extra: dict[str, str] = {}
    if url:
        known, extra = _point_at(node.body, known, url, region, environment)
    return block_to_terraform(node.body, known), extra


def _point_at(
    body: Block, config: Props, url: str, region: str, environment: Mapping[str, str]
) -> tuple[Props, dict[str, str]]:
    defaults: Props = {
        "s3UsePathStyle": True,  # a bucket is no host name on one port
        "skipMetadataApiCheck": "true",
        "skipRegionValidation": True,
        "skipCredentialsValidation": True,
        "maxRetries": 3,  # else an error of the emulator is tried 25 times
    }
    if not any(environment.get(key) for key in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")) and not config.get("profile"):
        defaults |= {"accessKey": "test", "secretKey": "test"}
    out = dict(config)
    for key, value in defaults.items():
        if out.get(key) in (None, "", "false", False):
            out[key] = value
    extra: dict[str, str] = {}
    if not config.get("endpoints"):
        services = body.blocks["endpoints"].body.attributes
        endpoints: Props = {item.pulumi: url for name, item in services.items() if name not in _ENDPOINT_ALIASES}
        if urlsplit(url).scheme == "http":
            # It puts the account id before the host name: give it a real one, and the endpoint as an HTTP proxy.
            endpoints["s3control"] = f"http://s3-control.{region}.amazonaws.com"
            local = {"127.0.0.1", "localhost", urlsplit(url).hostname or ""}
            extra = {"HTTP_PROXY": url, "NO_PROXY": ",".join(sorted(local - {""}))}
        out["endpoints"] = [endpoints]
    return out, extra

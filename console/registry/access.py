"""From a command to the registry: which one, with whose credentials, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from console import project
from console.engine import CloudChoice
from console.registry.cache import Cache
from console.registry.connection import Access
from console.registry.errors import RegistryError
from console.registry.reading import Registry
from contracts.settings.registry import RegistrySettings
from embedded.cloud import Cloud, CloudError
from embedded.home import cache_dir, state_dir
from embedded.session import DELIVERY_ACCOUNT

SECTION, ACCOUNT = "atoll:registry", "atoll:account"


def open_access(cloud: CloudChoice, stack: str | None = None) -> Access:
    """The registry that the stacks of this project name.

    Args:
        cloud: the embedded cloud, which is started if it is down, or AWS as the shell is set up.
        stack: whose settings to take, and as whose deploy role to publish; if left out, that which hosts the registry.

    Raises:
        ProjectError: there is no project, or no such stack.
        RegistryError: the stacks name no registry, or different ones.
    """
    files = [project.stack_file(stack)] if stack is not None else [project.stack_file(s) for s in project.stacks()]
    found = [one for file in files if (one := _settings(file)) is not None]
    if not found:
        raise RegistryError(
            f"No registry is named in {', '.join(file.name for file in files) or 'this project, which has no stack'}. "
            f"Add a section {SECTION}; `atoll settings schema` says what it holds."
        )
    if len({(settings.account, settings.region) for settings, _ in found}) > 1:
        raise RegistryError("The stacks of this project name different registries. Choose one with --stack STACK.")
    settings, role = next((one for one in found if one[0].host), found[0])
    if cloud is CloudChoice.AWS:
        return Access(settings, deploy_role=role)
    try:
        running = Cloud.start(state_dir())
    except CloudError as error:
        raise RegistryError(str(error)) from None
    variables = running.environment(DELIVERY_ACCOUNT, settings.region)
    return Access(settings, variables, role, running.generation)


def registry(access: Access, *, fresh: bool = False) -> Registry:
    """The registry for reading, with this machine's memory of it."""
    return Registry(access.reader(), cache(access), access.settings.staleness_seconds, fresh=fresh)


def cache(access: Access) -> Cache:
    """This machine's memory of a registry; each life of an embedded cloud has its own."""
    name = "-".join(filter(None, (access.settings.account, access.settings.region, access.generation)))
    return Cache(cache_dir() / "registry" / name)


def _settings(file: Path) -> tuple[RegistrySettings, str | None] | None:
    """The registry's settings in a stack file and the ARN of its deploy role, whatever layer it is of."""
    try:
        yaml: Any = YAML(typ="safe")
        config: Any = yaml.load(file.read_text(encoding="utf-8"))["config"]
        if SECTION not in config:
            return None
        account = config[ACCOUNT]
        role = account["deploy_role"]
        settings = RegistrySettings.model_validate(config[SECTION])
        return settings, f"arn:aws:iam::{account['id']}:role/{role}" if role else None
    except (YAMLError, ValidationError, KeyError, TypeError, OSError, ValueError):
        raise RegistryError(f"{file.name} cannot be read as it is. See why: atoll settings check") from None

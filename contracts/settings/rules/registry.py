"""What the registry must be to the stack that hosts it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from contracts.settings.registry import RegistrySettings
from contracts.settings.rules.engine import Finding, rule


class _Account(Protocol):
    @property
    def id(self) -> str: ...


@rule("account", "registry")
def _hosted_in_its_account(account: _Account, registry: RegistrySettings) -> Iterator[Finding]:
    if registry.host and registry.account != account.id:
        fix = f"the registry's roles would be made in {account.id}: write that account, or host: false"
        yield Finding(("registry", "account"), registry.account, f"account.id ({account.id}) where host is true", fix)


@rule("region", "registry")
def _hosted_in_its_region(region: str, registry: RegistrySettings) -> Iterator[Finding]:
    if registry.host and registry.region != region:
        fix = f"the registry's key would be made in {region}: write that region, or host: false"
        yield Finding(("registry", "region"), registry.region, f"the stack's region ({region}) where host is true", fix)


@rule("registry")
def _own_account_is_trusted_anyway(registry: RegistrySettings) -> Iterator[Finding]:
    for index, account in enumerate(registry.trusted_accounts):
        if account == registry.account:
            path = ("registry", "trusted_accounts", index)
            yield Finding(path, account, "other accounts than the registry's own", "remove it: it is trusted anyway")

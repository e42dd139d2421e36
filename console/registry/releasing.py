"""A contract's way into the registry: checked against its consumers before, published after its service is deployed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.engine import CloudChoice
from console.project import root
from console.registry.access import cache, open_access, registry
from console.registry.bundle import Bundle
from console.registry.connection import Access
from console.registry.errors import RegistryError
from console.registry.judging import Judgement, judge, refuse_breaking, refuse_late
from console.registry.publishing import Published, Publisher, refuse_other_content
from console.registry.reading import Registry
from console.talk import say
from contracts.services import LoadedContract, Version, load
from contracts.services.reading import NAME

Talk = Callable[[str], None]


def check_before_deploy(access: Access, contracts: Sequence[LoadedContract], talk: Talk) -> None:
    """Refuse contracts that could not be published afterwards; nothing is written.

    Raises:
        RefusedPublicationError: a registered consumer would break, a version comes too late, or is published with
            other content.
        RegistryError: the registry cannot be asked.
    """
    known = registry(access, fresh=True)
    new: list[LoadedContract] = []
    publisher = Publisher(access.reader())
    for loaded in contracts:
        bundle = Bundle.of(loaded)
        if any(e.id == bundle.id and e.version == bundle.version for e in known.entries(bundle.id).value):
            manifest = publisher.manifest(bundle)
            if manifest is not None:
                refuse_other_content(bundle, manifest)
        else:
            new.append(loaded)
    if new:
        _check(known, new, talk)


def release(access: Access, contracts: Sequence[LoadedContract], talk: Talk) -> Published:
    """Publish contracts, all or none, after the same check.

    Raises:
        RefusedPublicationError: see `check_before_deploy`.
        RegistryError: AWS refused or could not be reached; what was written has been taken back.
    """
    by_id = {(loaded.contract.id, loaded.contract.semver): loaded for loaded in contracts}

    def check(new: Sequence[Bundle]) -> None:
        _check(registry(access, fresh=True), [by_id[bundle.id, bundle.version] for bundle in new], talk)

    published = Publisher(access.publisher()).publish([Bundle.of(loaded) for loaded in contracts], check)
    cache(access).forget()
    return published


def publish_after_deploy(access: Access, stack: str, contracts: Sequence[LoadedContract], talk: Talk) -> Published:
    """Publish what a stack has just deployed.

    Raises:
        RegistryError: it is deployed, and not published: the message says so, and how to go on.
    """
    try:
        return release(access, contracts, talk)
    except RegistryError as error:
        named = ", ".join(f"{loaded.contract.id} {loaded.contract.version}" for loaded in contracts)
        raise RegistryError(
            f"{stack} is deployed, but {named} is not in the registry: no consumer finds this version yet.\n"
            f"{error}\n"
            f"Then publish it: atoll contract publish --stack {stack}   (or take the deployment back with the contract "
            f"as it was: atoll stack up {stack})"
        ) from None


@dataclass(frozen=True)
class Release:
    """The way of one stack's contract into the registry, for `atoll stack up`."""

    stack: str
    access: Access
    contract: LoadedContract

    @classmethod
    def of(cls, stack: str, contract_id: str, cloud: CloudChoice) -> Release:
        """Read the contract of a service stack, and prepare the registry that the stack names.

        Raises:
            ContractError: the contract is refused.
            RegistryError: the registry cannot be prepared.
        """
        return cls(stack, open_access(cloud, stack), load(root() / "services" / contract_id / NAME))

    def check(self) -> None:
        """Before the deployment; see `check_before_deploy`."""
        check_before_deploy(self.access, [self.contract], say)

    def publish(self) -> None:
        """After it; see `publish_after_deploy`."""
        published = publish_after_deploy(self.access, self.stack, [self.contract], say)
        for bundle in published.new:
            say(f"Published {bundle} in {self.access.where}.")


def _check(known: Registry, contracts: Sequence[LoadedContract], talk: Talk) -> Judgement:
    bundles = [Bundle.of(loaded) for loaded in contracts]
    versions: dict[str, list[Version]] = {}
    for entry in known.entries().value:
        versions.setdefault(entry.id, []).append(entry.version)
    refuse_late(bundles, versions)
    judgement = judge(known, contracts)
    refuse_breaking(judgement)
    for unmet in judgement.unmet:
        talk(f"note: {unmet}")
    return judgement

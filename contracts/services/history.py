"""What may become of a contract that others already know: versions only rise, and a version never changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.services.estate import Estate, EstateFinding, Kind
from contracts.services.reading import LoadedContract
from contracts.settings.errors import Path


def progress(before: Estate, after: Estate) -> list[EstateFinding]:
    """Compare an estate with an earlier one: downgrades, and changes under a version that was published."""
    return [finding for loaded in after.contracts for finding in _progress(before, after, loaded)]


def _progress(before: Estate, after: Estate, loaded: LoadedContract) -> Iterator[EstateFinding]:
    contract = loaded.contract
    known = before.by_id.get(contract.id)
    if not known:
        return
    path: Path = ("version",)
    same = known.get(contract.semver)
    highest = max(known)
    if same is None and max(after.by_id[contract.id]) < highest:
        fix = f"raise it above {highest}; to take a change back, publish the old content as a new version"
        problem = loaded.problem(path, contract.version, f"a version above {highest}", fix)
        yield EstateFinding(Kind.DOWNGRADE, problem, (contract.id,))
    elif same is not None and same is not loaded and content(same) != content(loaded):
        problem = loaded.problem(
            path, contract.version, "another version: this one is published with other content", "raise the version"
        )
        yield EstateFinding(Kind.CHANGED, problem, (contract.id,))


def content(loaded: LoadedContract) -> tuple[str, tuple[tuple[str, str], ...]]:
    """All that a version promises: the contract's values, whatever their order, and the text of its documents."""
    return json.dumps(loaded.contract.model_dump(mode="json"), sort_keys=True), loaded.documents.texts()

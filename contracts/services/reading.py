"""Reads a contract with its documents; every problem is found before any is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, cast

from pydantic import TypeAdapter, ValidationError

from contracts.plain_secrets import names_a_secret
from contracts.secret_text import is_secret
from contracts.services.contract import ServiceContract
from contracts.services.documents import Documents
from contracts.services.operations import offered
from contracts.services.rules import findings
from contracts.settings import source, translate
from contracts.settings.errors import Path, Problem, RefusedError, shown, yaml_path
from contracts.settings.kind import near
from contracts.settings.yaml_file import FileKind, Source

NAME = "contract.yaml"
"""Name of a contract's file."""
CONTRACT_FILE = FileKind("a contract", "id:", f"*/{NAME}")
"""A contract has a few hundred lines."""
HIDDEN = "(hidden: it may be a secret)"


class ContractError(RefusedError):
    """A contract, or the contracts of a folder, are refused."""


@dataclass(frozen=True, eq=False)
class LoadedContract:
    """A contract as it was read, with what its documents offer."""

    contract: ServiceContract
    """The contract."""
    file: str
    """What messages call its file."""
    folder: FilePath
    """Folder of the contract and its documents."""
    operations: frozenset[str]
    """Operations and workflows that others may call."""
    documents: Documents
    """Its documents, read."""
    source: Source
    """Its lines."""

    def problem(self, path: Path, found: object, allowed: str, fix: str) -> Problem:
        """A problem at a place of this contract."""
        return Problem(self.file, self.source.line(path), yaml_path(path), shown(found, path), allowed, fix)


def load(path: FilePath, *, today: date | None = None, shown_as: str | None = None) -> LoadedContract:
    """Read a contract.

    Args:
        path: `…/<domain>/<service>/contract.yaml`.
        today: day on which versions must be in support; the current one if left out.
        shown_as: what messages call the file; its last three parts if left out.

    Raises:
        ContractError: with everything that is wrong, each with its file and line.
    """
    name = shown_as or "/".join(path.parts[-3:])
    read = source.read(path, CONTRACT_FILE, shown_as=name)
    check = _Check(read, name, today or date.today())
    if read.values or not read.problems:
        check.secrets((), read.values)
        contract = check.whole()
        sections = dict(contract) if contract is not None else check.sections()
        documents = Documents(path.parent, name.rpartition("/")[0] or ".")
        check.rules(sections)
        check.place(path, sections.get("id"))
        operations = frozenset[str](offered(sections["provides"], documents) if "provides" in sections else ())
        check.problems += documents.problems
        if contract is not None and not check.problems:
            return LoadedContract(contract, name, path.parent, operations, documents, read)
    raise ContractError(name, check.problems)


@dataclass
class _Check:
    """One run over one contract."""

    read: Source
    file: str
    today: date
    problems: list[Problem] = field(default_factory=list[Problem])
    exposed: set[Path] = field(default_factory=set[Path])

    def __post_init__(self) -> None:
        self.problems += self.read.problems

    def refuse(self, path: Path, found: str, allowed: str, fix: str) -> None:
        self.problems.append(Problem(self.file, self.read.line(path), yaml_path(path), found, allowed, fix))

    def whole(self) -> ServiceContract | None:
        """The contract, if all of it is valid; most are, and one look takes half as long as one for each section."""
        try:
            return ServiceContract.model_validate_json(json.dumps(self.read.values), strict=True)
        except (ValueError, RecursionError):
            return None

    def sections(self) -> dict[str, Any]:
        """The sections that are valid by themselves, those left out with their defaults."""
        fields = ServiceContract.model_fields
        for key in self.read.values:
            if key not in fields:
                fix = near(key, list(fields)) or "remove it: no part of a contract has this name"
                self.refuse((key,), shown(self.read.values[key], (key,)), f"one of {', '.join(fields)}", fix)
        valid: dict[str, Any] = {}
        for name, info in fields.items():
            if name in self.read.values:
                self._section(name, self.read.values[name], valid)
            elif info.is_required():
                wanted = translate.description(ServiceContract, (name,)) or "a value"
                self.refuse((name,), "nothing", wanted, f"add {name}: to the contract")
            else:
                valid[name] = info.get_default(call_default_factory=True)
        return valid

    def _section(self, name: str, value: Any, valid: dict[str, Any]) -> None:
        try:
            valid[name] = _adapter(name).validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            for refusal in translate.refusals(errors, name, _annotation(name), noun="part of a contract"):
                if refusal.path not in self.exposed:
                    self.refuse(refusal.path, refusal.found, refusal.allowed, refusal.fix)
        except (ValueError, RecursionError):
            self.refuse((name,), "nested too deeply, or no valid text", "plain values", "write it out by hand")

    def rules(self, sections: Mapping[str, Any]) -> None:
        for finding in findings(sections, self.today):
            path = finding.path
            self.refuse(path, shown(finding.value, path), finding.allowed, finding.fix)

    def place(self, path: FilePath, identity: str | None) -> None:
        """The folder says the same as the identity, so that a contract is found where it is looked for."""
        folder = "/".join(path.absolute().parts[-3:-1])
        if identity is not None and identity != folder:
            fix = f"move the contract to {identity}/{NAME}, or correct the id"
            self.refuse(("id",), shown(identity), f"the name of its folder: {shown(folder)}", fix)

    def secrets(self, path: Path, value: Any) -> None:
        """Refuse what looks like a secret, or stands under the name of one."""
        if not isinstance(value, str):
            for inner, item in _items(value):
                if isinstance(item, _HOLDERS):
                    self.secrets((*path, inner), item)
            return
        named = bool(path) and isinstance(path[-1], str) and names_a_secret(path[-1])
        if value and (named or is_secret(value)):
            self.exposed.add(path)
            allowed = "no secret: contracts are published, secrets stand in Secrets Manager"
            fix = "remove it and replace the secret, since it has been in a file in clear"
            self.refuse(path, HIDDEN, allowed, fix)


def _annotation(name: str) -> Any:
    info = ServiceContract.model_fields[name]
    annotation: Any = info.annotation
    for item in info.metadata:
        annotation = Annotated[annotation, item]
    return annotation


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_annotation(name))


_HOLDERS = (str, dict, list)
"""What may hold a secret."""


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    return cast("dict[str, Any]", value).items() if isinstance(value, dict) else enumerate(cast("list[Any]", value))

"""The first version of a service: a contract that passes every check and code that runs, to be changed from there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path

from contracts.services import schema
from contracts.services.kinds import CONTRACT_ID
from contracts.services.reading import NAME

TEMPLATES = Path(__file__).parent / "templates"
"""A folder for each shape; `<word>` is filled in, and code ends in .txt, as it belongs to no room here."""


@unique
class Shape(StrEnum):
    """What kind of service is begun."""

    REST = "rest"
    """Operations over HTTP, on Lambda, with a table."""
    EVENT = "event"
    """Publishes events, and takes work from a queue."""
    BATCH = "batch"
    """Works by the clock on objects."""


class ScaffoldError(ValueError):
    """A contract cannot be begun there; the message says why and what to do."""


def create(folder: Path, contract_id: str, shape: Shape) -> list[Path]:
    """Write a contract, its documents and its code.

    Args:
        folder: where contracts are kept, such as `services/`.
        contract_id: `domain/service`.
        shape: what kind of service it is.

    Returns:
        The files that were written.

    Raises:
        ScaffoldError: the id is none, or the contract is there already.
    """
    if problem := CONTRACT_ID.problem(contract_id):
        allowed = f"Allowed: {CONTRACT_ID.allowed}; {CONTRACT_ID.fix}."
        raise ScaffoldError(f"{contract_id!r} is no contract id: {problem}. {allowed}")
    home = folder / contract_id
    if (home / NAME).exists():
        raise ScaffoldError(f"{home / NAME} is there already. Change it, or choose another id.")
    files: list[Path] = []
    home.mkdir(parents=True, exist_ok=True)
    for name, text in _files(home, contract_id, shape).items():
        if not (home / name).exists():
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).write_text(text, encoding="utf-8")
            files.append(home / name)
    return files


def _files(home: Path, contract_id: str, shape: Shape) -> Mapping[str, str]:
    domain, service = contract_id.split("/")
    words = {
        "modeline": schema.MODELINE + Path(os.path.relpath(schema.FILE, home)).as_posix(),
        "id": contract_id,
        "service": service,
        "team": f"{domain[:19].rstrip('-')}-team",
        "title": service.replace("-", " ").capitalize(),
        "event": "".join(part.capitalize() for part in service.split("-")) + "Changed",
    }
    template = TEMPLATES / shape
    texts = {
        file.relative_to(template).as_posix().removesuffix(".txt"): file.read_text(encoding="utf-8")
        for file in sorted(template.rglob("*"))
        if file.is_file()
    }
    texts[NAME] = (TEMPLATES / "head.yaml").read_text(encoding="utf-8") + texts[NAME]
    return {name: _filled(text, words) for name, text in texts.items()}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"<{word}>", value)
    return text

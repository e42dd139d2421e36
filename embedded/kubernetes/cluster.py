"""What one embedded cluster is called and where its files are.

A cluster's folder (``<home>/kubernetes/<account>.<region>.<name>``) holds ``cluster.json``, keys, etcd's data, logs,
and what the keeper of its control plane says about itself.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "kubernetes"
_RECORD = "cluster.json"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One cluster. `port` is that of its endpoint, which stays the same for its whole life."""

    account: str
    region: str
    name: str
    port: int
    secret: str
    """The part of its webhooks' address that nobody can guess."""
    creator: str | None = None
    """ARN of who made it, if that makes them its administrator."""
    services: str = "172.20.0.0/16"
    """Addresses of its services."""

    @property
    def id(self) -> str:
        """Names the cluster within its cloud, also as a folder."""
        return f"{self.account}.{self.region}.{self.name}"

    @property
    def endpoint(self) -> str:
        """Where its API is."""
        return f"https://127.0.0.1:{self.port}"

    def folder(self, home: Path) -> Path:
        """Where its files are."""
        return home / FOLDER / self.id

    def save(self, home: Path) -> None:
        """Write the record; the folder is for its owner alone."""
        folder = self.folder(home)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        draft = folder / f"{_RECORD}.tmp"
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(folder / _RECORD)

    def forget(self, home: Path) -> None:
        """Remove everything of it. Its control plane must have ended."""
        shutil.rmtree(self.folder(home), ignore_errors=True)


def new_secret() -> str:
    """A secret for a new cluster."""
    return secrets.token_urlsafe(24)


def clusters_of(home: Path) -> Iterator[Cluster]:
    """The clusters of a cloud, in no order."""
    for record in (home / FOLDER).glob(f"*/{_RECORD}"):
        yield Cluster(**json.loads(record.read_text()))

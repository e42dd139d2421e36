"""Which account an access key belongs to.

A twelve-digit access key *is* the account id. Keys minted through the gateway (STS AssumeRole…, IAM access keys) are
remembered with the account they act in; any other key acts in the default account. Only the public key id is kept.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote_plus

DEFAULT_ACCOUNT = "123456789012"

_TWELVE_DIGITS = re.compile(r"^\d{12}$")
_MINTED_KEY = re.compile(rb"<AccessKeyId>\s*([A-Z0-9]{16,})\s*</AccessKeyId>|\"accessKeyId\"\s*:\s*\"([A-Z0-9]{16,})\"")
_ROLE_ACCOUNT = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/")

MINTING = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithSAML"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sts", "AssumeRoot"),
        ("sts", "GetSessionToken"),
        ("sts", "GetFederationToken"),
        ("iam", "CreateAccessKey"),
        ("sso", "GetRoleCredentials"),
        ("cognito-identity", "GetCredentialsForIdentity"),
    }
)


class Accounts:
    """The map from minted access keys to accounts, kept in a file so that it outlives the gateway."""

    def __init__(self, path: Path, default: str = DEFAULT_ACCOUNT) -> None:
        """`path` is made on the first minted key."""
        self._path = path
        self.default = default
        self._minted: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def of(self, access_key: str | None) -> str:
        """The account that `access_key` acts in."""
        if access_key is None:
            return self.default
        if _TWELVE_DIGITS.match(access_key):
            return access_key
        return self._minted.get(access_key, self.default)

    def remember(self, request_body: bytes, response_body: bytes, caller: str) -> None:
        """Learn the key a successful minting call answered with: the role's account, else the caller's own."""
        found = _MINTED_KEY.search(response_body)
        if not found:
            return
        role = _ROLE_ACCOUNT.search(unquote_plus(request_body.decode("utf-8", "replace")))
        self._minted[(found.group(1) or found.group(2)).decode()] = role.group(1) if role else caller
        self._save()

    def reset(self) -> None:
        """Forget every minted key."""
        self._minted.clear()
        self._save()

    def _save(self) -> None:
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps(self._minted))
        draft.replace(self._path)

"""Signed zones: key-signing keys that are made, switched and deleted, and the signature itself. Nothing is signed."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import base64
import hashlib
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.route53 import urls
from moto.route53.exceptions import Route53ClientError
from moto.route53.responses import Route53

REASON = "moto's Route 53 knows of no zone that is signed; keys and signatures have states that depend on one another."
CHANGE = "/change/C1PA6795UKMFR9"
_BASE = r"{0}/(?P<api_version>[\d_-]+)"
PATHS = (
    rf"{_BASE}/keysigningkey$",
    rf"{_BASE}/keysigningkey/(?P<zone_id>[^/]+)/(?P<key_name>[^/]+)$",
    *(rf"{_BASE}/keysigningkey/(?P<zone_id>[^/]+)/(?P<key_name>[^/]+)/{verb}$" for verb in ("activate", "deactivate")),
    *(rf"{_BASE}/hostedzone/(?P<zone_id>[^/]+)/{verb}-dnssec$" for verb in ("enable", "disable")),
)
"""Written out one by one: the server knows named groups alone."""


def key_data(kms_arn: str, zone: str) -> dict[str, Any]:
    """What the registrar is told of a key: of the right shape, and always the same for one key and zone."""
    seed = hashlib.sha512(f"{kms_arn} {zone}".encode()).digest()
    public = base64.b64encode(seed).decode()
    digest, tag = hashlib.sha256(seed).hexdigest().upper(), int.from_bytes(seed[:2], "big")
    return {
        "Flag": 257,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256",
        "SigningAlgorithmType": 13,
        "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": 2,
        "KeyTag": tag,
        "DigestValue": digest,
        "PublicKey": public,
        "DSRecord": f"{tag} 13 2 {digest}",
        "DNSKEYRecord": f"257 3 13 {public}",
    }


def apply() -> None:
    """Give Route 53 the calls about signatures."""
    for path in PATHS:
        urls.url_paths[path] = Route53.dispatch

    def zone_id(self: Route53) -> str:
        found = (self._get_param("HostedZoneId") or self._get_param("Id")).rpartition("/")[2]
        self.backend.get_hosted_zone(found)
        return found

    def signing(self: Route53, zone: str) -> dict[str, Any]:
        return self.backend.__dict__.setdefault("signing", {}).setdefault(zone, {"keys": {}, "on": False})

    def key(self: Route53) -> tuple[dict[str, Any], str]:
        keys, name = signing(self, zone_id(self))["keys"], self._get_param("Name")
        if name not in keys:
            raise Route53ClientError("NoSuchKeySigningKey", f"The specified key-signing key {name} does not exist.")
        return keys, name

    def changed(**more: Any) -> ActionResult:
        return ActionResult({"ChangeInfo": {"Id": CHANGE, "Status": "INSYNC", "SubmittedAt": utcnow()}, **more})

    def create(self: Route53) -> ActionResult:
        zone, name, arn = zone_id(self), self._get_param("Name"), self._get_param("KeyManagementServiceArn")
        keys = signing(self, zone)["keys"]
        if name in keys:
            raise Route53ClientError("KeySigningKeyAlreadyExists", f"There is a key-signing key {name} already.")
        now = utcnow()
        keys[name] = {
            "Name": name,
            "KmsArn": arn,
            "Status": self._get_param("Status"),
            "CreatedDate": now,
            "LastModifiedDate": now,
            **key_data(arn, zone),
        }
        location = f"https://route53.amazonaws.com/2013-04-01/keysigningkey/{zone}/{name}"
        return changed(KeySigningKey=keys[name], Location=location)

    def switch(self: Route53, status: str) -> ActionResult:
        keys, name = key(self)
        others = [one for other, one in keys.items() if other != name and one["Status"] == "ACTIVE"]
        if status == "INACTIVE" and signing(self, zone_id(self))["on"] and not others:
            raise Route53ClientError("KeySigningKeyInParentDSRecord", "It is the only key of a zone that is signed.")
        keys[name] |= {"Status": status, "LastModifiedDate": utcnow()}
        return changed()

    def delete(self: Route53) -> ActionResult:
        keys, name = key(self)
        if keys[name]["Status"] == "ACTIVE":
            raise Route53ClientError("InvalidKeySigningKeyStatus", "Deactivate the key-signing key before.")
        del keys[name]
        return changed()

    def sign(self: Route53, on: bool) -> ActionResult:
        state = signing(self, zone_id(self))
        if on and not any(one["Status"] == "ACTIVE" for one in state["keys"].values()):
            raise Route53ClientError("KeySigningKeyWithActiveStatusNotFound", "The zone has no active key-signing key.")
        state["on"] = on
        return changed()

    def get(self: Route53) -> ActionResult:
        state = signing(self, zone_id(self))
        status = {"ServeSignature": "SIGNING" if state["on"] else "NOT_SIGNING"}
        return ActionResult({"Status": status, "KeySigningKeys": list(state["keys"].values())})

    operations = {
        "create_key_signing_key": create,
        "activate_key_signing_key": lambda self: switch(self, "ACTIVE"),
        "deactivate_key_signing_key": lambda self: switch(self, "INACTIVE"),
        "delete_key_signing_key": delete,
        "enable_hosted_zone_dnssec": lambda self: sign(self, on=True),
        "disable_hosted_zone_dnssec": lambda self: sign(self, on=False),
        "get_dnssec": get,
    }
    for name, operation in operations.items():
        setattr(Route53, name, operation)

"""The switches of an account: on, and left on (STO-2, SEC-4)."""

from __future__ import annotations

from components.security import AccountSafeguards
from tests.components.security.samples import inputs_of
from tests.kit import record_component

SWITCHES = {
    ("aws:ebs/encryptionByDefault:EncryptionByDefault", "test-volumes-encrypted"): {"enabled": True},
    ("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "test-snapshots-private"): {
        "state": "block-all-sharing"
    },
    ("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "test-account-public-access"): {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
}


def test_switches_are_on_and_stay_on_when_the_stack_goes() -> None:
    view = record_component(lambda: AccountSafeguards("test"))
    view.assert_children("test", set(SWITCHES))
    for (kind, name), wanted in SWITCHES.items():
        assert dict(inputs_of(view, name)) == wanted
        assert view.node(name, kind).options.retain_on_delete

"""Let a replica of a multi-region KMS key be a key of its own: with a policy, a description and tags."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from copy import copy

from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse

REASON = (
    "moto's replica is a copy that drops the policy, the description and the tags that it was given, for which the "
    "Terraform provider waits without end; it shares its aliases with the primary, and asking for it turns the primary "
    "into a replica."
)


def apply() -> None:
    """Keep what a replica was given."""
    replicate = KmsResponse.replicate_key

    def with_own(self: KmsResponse) -> str:
        answer = json.loads(replicate(self))
        region = self._get_param("ReplicaRegion")
        backend = kms_backends[self.current_account][region]
        key = backend.keys[self.kms_backend.get_key_id(self._get_param("KeyId"))]
        key.multi_region_configuration = copy(key.multi_region_configuration)
        key.multi_region_configuration["MultiRegionKeyType"] = "REPLICA"
        key.aliases, key.grants = {}, {}
        key.description = self._get_param("Description") or ""
        key.policy = self._get_param("Policy") or key.generate_default_policy()
        if tags := self._get_param("Tags"):
            backend.tag_resource(key.id, {tag["TagKey"]: tag["TagValue"] for tag in tags})
        answer["ReplicaKeyMetadata"] = key.to_dict()["KeyMetadata"]
        return json.dumps(answer | {"ReplicaPolicy": key.policy, "ReplicaTags": tags or []})

    KmsResponse.replicate_key = with_own  # type: ignore[method-assign]

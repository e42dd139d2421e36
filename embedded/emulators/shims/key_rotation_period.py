"""Remember how often a KMS key rotates."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json

from moto.kms.responses import KmsResponse

REASON = (
    "moto accepts RotationPeriodInDays and does not report it, so every preview would change the rotation of every key."
)
DEFAULT_DAYS = 365
_ATTRIBUTE = "atoll_rotation_days"


def apply() -> None:
    """Keep the period with the key, and report it while rotation is on."""
    enable, status = KmsResponse.enable_key_rotation, KmsResponse.get_key_rotation_status

    def with_period(self: KmsResponse) -> str:
        answer = enable(self)
        backend = self.kms_backend
        key = backend.keys[backend.get_key_id(self._get_param("KeyId"))]
        setattr(key, _ATTRIBUTE, self._get_param("RotationPeriodInDays") or DEFAULT_DAYS)
        return answer

    def with_report(self: KmsResponse) -> str:
        answer = json.loads(status(self))
        backend = self.kms_backend
        key = backend.keys[backend.get_key_id(self._get_param("KeyId"))]
        answer["KeyId"] = key.arn
        if answer["KeyRotationEnabled"]:
            answer["RotationPeriodInDays"] = getattr(key, _ATTRIBUTE, DEFAULT_DAYS)
        return json.dumps(answer)

    KmsResponse.enable_key_rotation = with_period  # type: ignore[method-assign]
    KmsResponse.get_key_rotation_status = with_report  # type: ignore[method-assign]

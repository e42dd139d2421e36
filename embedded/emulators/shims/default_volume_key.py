"""Say which key encrypts new volumes, and go back to AWS's own."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response

REASON = (
    "moto lets the default key of volumes be set and neither asked for nor reset, so that every preview would replace "
    "it and no destroy would end."
)


def default_key(backend: EC2Backend) -> str:
    """ARN of the key that was set, or of AWS's own."""
    return backend.default_kms_key_id or backend._create_default_encryption_key()


def apply() -> None:
    """Add the two actions."""

    def get(self: EC2Response) -> ActionResult:
        return ActionResult({"KmsKeyId": default_key(self.ec2_backend)})

    def reset(self: EC2Response) -> ActionResult:
        self.ec2_backend.default_kms_key_id = ""
        return ActionResult({"KmsKeyId": default_key(self.ec2_backend)})

    EC2Response.get_ebs_default_kms_key_id = get  # type: ignore[attr-defined]
    EC2Response.reset_ebs_default_kms_key_id = reset  # type: ignore[attr-defined]

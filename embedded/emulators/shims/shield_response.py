"""Health checks, automatic response and the response team of Shield Advanced."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.shield.models import Protection, ShieldBackend
from moto.shield.responses import ShieldResponse

REASON = "moto's Shield knows protections and a subscription alone: nothing watches, answers an attack or is called."


def state(backend: ShieldBackend) -> dict[str, Any]:
    """What the account has told Shield, beside its protections."""
    return backend.__dict__.setdefault("response", {"contacts": [], "engagement": "DISABLED", "role": None})


def apply() -> None:
    """Add the operations, and their traces in protections and subscription."""
    protection_to_dict = Protection.to_dict
    describe_subscription = ShieldResponse.describe_subscription

    def to_dict(self: Protection) -> dict[str, Any]:
        told = protection_to_dict(self)
        response = self.__dict__.get("automatic")
        return told | {
            "HealthCheckIds": list(self.__dict__.get("checks", [])),
            **({"ApplicationLayerAutomaticResponseConfiguration": response} if response else {}),
        }

    def subscription(self: ShieldResponse) -> str:
        told = json.loads(describe_subscription(self))
        told["Subscription"]["ProactiveEngagementStatus"] = state(self.shield_backend)["engagement"]
        for time in ("StartTime", "EndTime"):
            if isinstance(text := told["Subscription"].get(time), str):  # JSON APIs tell seconds, not text
                told["Subscription"][time] = datetime.strptime(text, "%d/%m/%Y, %H:%M:%S").timestamp()
        return json.dumps(told)

    def protection_of(self: ShieldResponse, told: dict[str, Any]) -> Protection:
        backend: Any = self.shield_backend
        return backend.describe_protection(told.get("ProtectionId"), told.get("ResourceArn"))

    def health(self: ShieldResponse, *, there: bool) -> str:
        told = json.loads(self.body)
        checks = protection_of(self, told).__dict__.setdefault("checks", [])
        identifier = told["HealthCheckArn"].rpartition("/")[2]
        if there and identifier not in checks:
            checks.append(identifier)
        elif not there and identifier in checks:
            checks.remove(identifier)
        return json.dumps({})

    def respond(self: ShieldResponse, *, status: str) -> str:
        told = json.loads(self.body)
        protection = protection_of(self, told)
        action = told.get("Action") or protection.__dict__.get("automatic", {}).get("Action", {"Block": {}})
        vars(protection)["automatic"] = {"Status": status, "Action": action}
        return json.dumps({})

    def remember(self: ShieldResponse, **told: Any) -> str:
        state(self.shield_backend).update(told)
        return json.dumps({})

    def contacts(self: ShieldResponse) -> str:
        return json.dumps({"EmergencyContactList": state(self.shield_backend)["contacts"]})

    def access(self: ShieldResponse) -> str:
        role = state(self.shield_backend)["role"]
        return json.dumps({"LogBucketList": []} | ({"RoleArn": role} if role else {}))

    def told(self: ShieldResponse, name: str) -> Any:
        return json.loads(self.body)[name]

    Protection.to_dict = to_dict
    operations = {
        "describe_subscription": subscription,
        "associate_health_check": lambda self: health(self, there=True),
        "disassociate_health_check": lambda self: health(self, there=False),
        "enable_application_layer_automatic_response": lambda self: respond(self, status="ENABLED"),
        "update_application_layer_automatic_response": lambda self: respond(self, status="ENABLED"),
        "disable_application_layer_automatic_response": lambda self: respond(self, status="DISABLED"),
        "associate_drt_role": lambda self: remember(self, role=told(self, "RoleArn")),
        "disassociate_drt_role": lambda self: remember(self, role=None),
        "describe_drt_access": access,
        "associate_proactive_engagement_details": lambda self: remember(
            self, contacts=told(self, "EmergencyContactList"), engagement="ENABLED"
        ),
        "update_emergency_contact_settings": lambda self: remember(self, contacts=told(self, "EmergencyContactList")),
        "describe_emergency_contact_settings": contacts,
        "enable_proactive_engagement": lambda self: remember(self, engagement="ENABLED"),
        "disable_proactive_engagement": lambda self: remember(self, engagement="DISABLED"),
        "update_subscription": lambda self: json.dumps({}),
    }
    for name, operation in operations.items():
        setattr(ShieldResponse, name, operation)

"""Shield Advanced: what is protected, what knows that an attack hurts, and who is called."""

from __future__ import annotations

from typing import Any

from components.edge import ShieldProtection, ShieldProtectionArgs
from contracts.settings.edge import ShieldSettings
from tests.kit import GraphView, record_component

CONTACTS = [{"email": "security@atoll.example", "phone": "+12025550123"}]


def record(**changes: Any) -> GraphView:
    values: dict[str, Any] = {"subscribe": True, "automatic_response": True, "contacts": CONTACTS}
    args = ShieldProtectionArgs(
        settings=ShieldSettings.model_validate(values | changes),
        domain="test.atoll.example",
        resource_arn="arn:alb",
        firewall=None,
    )
    return record_component(lambda: ShieldProtection("test", args=args))


def test_protection_knows_that_an_attack_hurts_when_made() -> None:
    view = record()
    assert view.value("test-protection", "resourceArn") == "arn:alb"
    view.assert_depends("test-protection", "test-subscription")
    view.assert_wired("test-health-watched", "shieldProtectionId", "test-protection.id")
    view.assert_wired("test-health-watched", "healthCheckArn", "test-health.arn")
    assert view.value("test-health", "fqdn") == "test.atoll.example"
    assert view.value("test-health", "type") == "HTTPS"
    assert view.value("test-response", "action") == "BLOCK"


def test_response_team_may_act_before_it_is_asked_to_call_when_there_are_contacts() -> None:
    view = record()
    contacts: Any = view.value("test-contacts", "emergencyContacts")
    assert [dict(each) for each in contacts] == [
        {"emailAddress": "security@atoll.example", "phoneNumber": "+12025550123"}
    ]
    view.assert_depends("test-contacts", "test-health-watched", "test-team-access")
    policy = "arn:aws:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy"
    assert view.value("test-team-permissions", "policyArn") == policy


def test_nothing_more_is_made_when_nothing_more_is_asked() -> None:
    view = record(subscribe=False, automatic_response=False, contacts=[])
    view.assert_children(
        "test",
        {
            ("aws:shield/protection:Protection", "test-protection"),
            ("aws:route53/healthCheck:HealthCheck", "test-health"),
            ("aws:shield/protectionHealthCheckAssociation:ProtectionHealthCheckAssociation", "test-health-watched"),
        },
    )

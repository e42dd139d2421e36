"""Shield Advanced for what stands on the internet (EDGE-3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam, route53, shield

from contracts.settings.edge import ShieldSettings

TOKEN = "atoll:edge:ShieldProtection"
RESPONSE_TEAM = "arn:aws:iam::aws:policy/service-role/AWSShieldDRTAccessPolicy"
"""AWS's policy for its response team: read and change WAF rules and Shield protections, and nothing else."""
FAILURES, INTERVAL_SECONDS = 3, 10


@dataclass(frozen=True, kw_only=True)
class ShieldProtectionArgs:
    """Wiring of a protection."""

    settings: ShieldSettings
    domain: str
    """DNS name that is asked over HTTPS whether the application is healthy."""
    resource_arn: pulumi.Input[str]
    """What is protected."""
    firewall: pulumi.Resource | None
    """Its web ACL, which must be associated before Shield may add rules to it."""


class ShieldProtection(pulumi.ComponentResource):
    """A protection by Shield Advanced that knows from a health check when an attack hurts.

    Makes: where the account subscribes, the subscription; the protection; a health check of the domain, which makes
    detection faster and is asked before AWS calls anybody; by settings, the response at the application layer (rules
    that Shield adds to the web ACL), and the contacts and the role of AWS's response team.
    Costs: USD 3,000 a month for the organization, for a year at least, and its traffic; USD 2.75 for the health check.
    Does not: end the subscription when the stack goes; AWS lets nobody do so within the year.
    Source: EDGE-3; AWS Shield Advanced documentation, "Health-based detection", "Setting up proactive engagement".
    """

    protection_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: ShieldProtectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        subscription = (
            shield.Subscription(f"{name}-subscription", auto_renew="ENABLED", skip_destroy=True, opts=child)
            if settings.subscribe
            else None
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=subscription)
        protection = shield.Protection(
            f"{name}-protection", name=f"{name}-protection", resource_arn=args.resource_arn, opts=after
        )
        health = route53.HealthCheck(
            f"{name}-health",
            type="HTTPS",
            fqdn=args.domain,
            port=443,
            resource_path="/",
            enable_sni=True,
            failure_threshold=FAILURES,
            request_interval=INTERVAL_SECONDS,
            measure_latency=False,
            opts=child,
        )
        watched = shield.ProtectionHealthCheckAssociation(
            f"{name}-health-watched",
            shield_protection_id=protection.id,
            health_check_arn=health.arn,
            opts=child,
        )
        if settings.automatic_response:
            before = [protection, *([args.firewall] if args.firewall is not None else [])]
            shield.ApplicationLayerAutomaticResponse(
                f"{name}-response",
                resource_arn=args.resource_arn,
                action="BLOCK",
                opts=pulumi.ResourceOptions(parent=self, depends_on=before),
            )
        if settings.contacts:
            self._engage(name, settings, watched, subscription)
        self.protection_id = protection.id
        self.register_outputs({"protection_id": self.protection_id})

    def _engage(
        self,
        name: str,
        settings: ShieldSettings,
        watched: pulumi.Resource,
        subscription: pulumi.Resource | None,
    ) -> None:
        """Let AWS's response team call, and act in the web ACL, once a health check says that an attack hurts."""
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-team",
            description="AWS's Shield response team, while the application is attacked",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "ResponseTeam",
                            "Effect": "Allow",
                            "Principal": {"Service": "drt.shield.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            opts=child,
        )
        policy = iam.RolePolicyAttachment(
            f"{name}-team-permissions", role=role.name, policy_arn=RESPONSE_TEAM, opts=child
        )
        access = shield.DrtAccessRoleArnAssociation(
            f"{name}-team-access",
            role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[r for r in (policy, subscription) if r is not None]),
        )
        shield.ProactiveEngagement(
            f"{name}-contacts",
            enabled=True,
            emergency_contacts=[
                shield.ProactiveEngagementEmergencyContactArgs(email_address=c.email, phone_number=c.phone)
                for c in settings.contacts
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[watched, access]),
        )

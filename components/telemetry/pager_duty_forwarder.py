"""Alarms and alerts wake somebody (OBS-3)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws import lambda_, sns, sqs

from components.functions.function import Function, FunctionArgs, FunctionKeys
from components.identity.roles import Scope
from components.identity.statements import allow
from components.telemetry.outbound import Place, outbound
from contracts.services import compute
from contracts.settings.monitoring import PagerDutySettings

TOKEN = "atoll:telemetry:PagerDutyForwarder"
CODE = Path(__file__).with_name("pager_duty") / "forward.py"
EVENTS_API = "https://events.pagerduty.com/v2/enqueue"
FAILED = "failed"
KEPT_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class PagerDutyForwarderArgs:
    """Wiring of the forwarder."""

    scope: Scope
    settings: PagerDutySettings
    topic_arn: pulumi.Input[str]
    keys: FunctionKeys
    place: Place
    secrets_key_arn: pulumi.Input[str]


class PagerDutyForwarder(pulumi.ComponentResource):
    """A function that hears the alarm topic and tells PagerDuty's Events API v2.

    SNS could call PagerDuty by itself, but then the integration key would stand in the subscription's address, for
    everyone who may list subscriptions. So a function reads it from the vault entry `secret_name`, which is
    `atoll/<environment>/pager-duty-key`. **Store it by hand**, encrypted by `alias/atoll-<environment>-secrets`
    (`aws secretsmanager create-secret --name … --kms-key-id … --secret-string …`); until then forwarding fails, and
    what failed waits in the queue `<environment>-pager-duty-failed` for 14 days.

    Costs: USD 0.40 a month for the secret; calls are below the free tier. Does not make: services, schedules and
    escalation policies in PagerDuty. Source: OBS-3; PagerDuty, "Events API v2 overview"; Amazon SNS Developer Guide,
    "Fanout to Lambda functions".
    """

    secret_name: str
    """Vault entry with the integration key."""

    def __init__(self, name: str, *, args: PagerDutyForwarderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope, physical = args.scope, f"{args.scope.environment}-pager-duty"
        self.secret_name = f"atoll/{scope.environment}/pager-duty-key"
        failed = sqs.Queue(
            f"{name}-pager-duty-failed",
            name=f"{physical}-failed",
            message_retention_seconds=KEPT_SECONDS,
            kms_master_key_id=args.keys.messaging,
            opts=child,
        )
        function = Function(
            physical,
            args=FunctionArgs(
                function=clause(args.settings),
                scope=scope,
                code=pulumi.AssetArchive({CODE.name: pulumi.FileAsset(str(CODE))}),
                keys=args.keys,
                network=outbound(self, f"{name}-pager-duty", args.place, "PagerDuty"),
                variables={"SECRET_ID": self.secret_name, "PAGER_DUTY_URL": EVENTS_API},
                queue_arns={FAILED: failed.arn},
                statements=[
                    allow(
                        "ReadIntegrationKey",
                        ["secretsmanager:GetSecretValue"],
                        scope.arn("secretsmanager", f"secret:{self.secret_name}-??????"),
                    ),
                    allow(
                        "DecryptIntegrationKey",
                        ["kms:Decrypt"],
                        args.secrets_key_arn,
                        StringEquals={"kms:ViaService": f"secretsmanager.{scope.region}.amazonaws.com"},
                    ),
                ],
            ),
            opts=child,
        )
        lambda_.Permission(
            f"{name}-pager-duty-called",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="sns.amazonaws.com",
            source_arn=args.topic_arn,
            source_account=scope.account_id,
            opts=child,
        )
        sns.TopicSubscription(
            f"{name}-pager-duty-subscription",
            topic=args.topic_arn,
            protocol="lambda",
            endpoint=function.arn,
            opts=child,
        )
        self.register_outputs({"secret_name": self.secret_name})


def clause(settings: PagerDutySettings) -> compute.Function:
    """The function; it reaches PagerDuty through the VPC's way to the internet."""
    return compute.Function(
        runtime="python3.13",
        handler="forward.handler",
        timeout_seconds=60,
        memory_mib=128,
        dead_letter=FAILED,
        log_days=settings.log_retention_days,
    )

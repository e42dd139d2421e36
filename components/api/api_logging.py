"""The role by which API Gateway writes logs, which an account and region have once."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import apigateway, iam

from components.identity.service_trust import service_trust
from contracts.services.naming import role_name

TOKEN = "atoll:api:ApiLogging"
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@dataclass(frozen=True, kw_only=True)
class ApiLoggingArgs:
    """Wiring of the account's logging."""

    account_id: str
    region: str


class ApiLogging(pulumi.ComponentResource):
    """The account's role for logs of REST and WebSocket APIs (API-2); HTTP APIs do without.

    Makes: the role `<name>-api-logs`, which API Gateway of this account and region takes, with AWS's own policy for
    this purpose; the setting of the account. Belongs in a region stack: two stacks of one account and region would
    undo each other. Costs nothing. Does not: when it is destroyed, take the role out of the setting's history; the
    next one to be set counts.
    Source: API-2; https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: ApiLoggingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        source = f"arn:aws:apigateway:{args.region}::/account"
        role = iam.Role(
            f"{name}-api-logs",
            name=role_name(name, "api-logs", args.region),
            description="API Gateway writes the logs of REST and WebSocket APIs",
            assume_role_policy=json.dumps(
                service_trust("WriteApiLogs", "apigateway.amazonaws.com", args.account_id, source)
            ),
            opts=child,
        )
        attachment = iam.RolePolicyAttachment(f"{name}-api-logs-policy", role=role.name, policy_arn=POLICY, opts=child)
        apigateway.Account(
            f"{name}-api-account",
            cloudwatch_role_arn=role.arn,
            # API Gateway tries the role when it is set.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
        )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})

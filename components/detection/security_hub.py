"""Security Hub in one region (SEC-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.securityhub.account import Account
from pulumi_aws.securityhub.finding_aggregator import FindingAggregator
from pulumi_aws.securityhub.standards_subscription import StandardsSubscription

from contracts.settings.detection import SecurityHubSettings

TOKEN = "atoll:detection:SecurityHub"


@dataclass(frozen=True, kw_only=True)
class SecurityHubArgs:
    """Wiring of Security Hub."""

    settings: SecurityHubSettings
    region: str


class SecurityHub(pulumi.ComponentResource):
    """The findings of GuardDuty, Macie, Inspector and Access Analyzer in one place, and the standards of the settings.

    One finding for a check, whatever number of standards asks for it; new checks of a standard are on at once; the
    standards that AWS subscribes to by itself (an old CIS among them) are not. Checks need AWS Config.
    Costs: USD 0.001 a check (the first 100,000 a month), 0.00003 a finding beyond 10,000. Does not: tell anybody.
    Errors: ResourceConflictException where the account is a member of the organization's: set `delegated`.
    Source: SEC-1; AWS Security Hub User Guide, "Standards reference", "Cross-Region aggregation".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: SecurityHubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-security-hub` and a subscription for each standard."""
        super().__init__(TOKEN, name, None, opts)
        hub = Account(
            f"{name}-security-hub",
            enable_default_standards=False,
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            opts=pulumi.ResourceOptions(parent=self),
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=[hub])
        for standard in args.settings.standards:
            StandardsSubscription(
                f"{name}-standard-{standard.value.partition('/')[0]}",
                standards_arn=f"arn:aws:securityhub:{args.region}::standards/{standard}",
                opts=after,
            )
        if args.settings.aggregate:
            FindingAggregator(f"{name}-findings-of-regions", linking_mode="ALL_REGIONS", opts=after)
        self.arn = hub.arn
        self.register_outputs({"arn": self.arn})

"""What looks for holes, for strangers' access, and for the way that somebody came in (SEC-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.accessanalyzer._inputs import AnalyzerConfigurationArgs, AnalyzerConfigurationUnusedAccessArgs
from pulumi_aws.accessanalyzer.analyzer import Analyzer
from pulumi_aws.detective.graph import Graph
from pulumi_aws.inspector2.enabler import Enabler

from contracts.settings.detection import AccessAnalysisSettings, InspectorSettings

TOKEN = "atoll:detection:AccountScanners"


@dataclass(frozen=True, kw_only=True)
class AccountScannersArgs:
    """Which of them there are."""

    environment: str
    account_id: str
    inspector: InspectorSettings | None
    access_analysis: AccessAnalysisSettings | None
    detective: bool


class AccountScanners(pulumi.ComponentResource):
    """Inspector, IAM Access Analyzer and Detective, each where the settings want it.

    Inspector searches instances, images, functions and their code for known holes; one analyzer tells what strangers
    reach, another what nobody uses; Detective draws the graph of events around a finding.
    Costs: see `security.inspector`, `security.access_analysis` and `security.detective`. Does not: repair anything.
    Source: SEC-1; Amazon Inspector User Guide, "Automated scan types"; IAM User Guide, "Using IAM Access Analyzer".
    """

    analyzer_arn: pulumi.Output[str] | None
    """The analyzer of strangers' access."""
    graph_arn: pulumi.Output[str] | None

    def __init__(self, name: str, *, args: AccountScannersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-inspector`, `{name}-external-access`, `{name}-unused-access` and `{name}-detective`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.analyzer_arn = self.graph_arn = None
        if args.inspector is not None:
            Enabler(
                f"{name}-inspector",
                account_ids=[args.account_id],
                resource_types=list(args.inspector.resource_types),
                opts=child,
            )
        if args.access_analysis is not None:
            external = Analyzer(
                f"{name}-external-access",
                analyzer_name=f"atoll-{args.environment}-external-access",
                type="ACCOUNT",
                opts=child,
            )
            self.analyzer_arn = external.arn
            if args.access_analysis.unused_access_days is not None:
                Analyzer(
                    f"{name}-unused-access",
                    analyzer_name=f"atoll-{args.environment}-unused-access",
                    type="ACCOUNT_UNUSED_ACCESS",
                    configuration=AnalyzerConfigurationArgs(
                        unused_access=AnalyzerConfigurationUnusedAccessArgs(
                            unused_access_age=args.access_analysis.unused_access_days
                        )
                    ),
                    opts=child,
                )
        if args.detective:
            self.graph_arn = Graph(f"{name}-detective", opts=child).graph_arn
        self.register_outputs({"analyzer_arn": self.analyzer_arn, "graph_arn": self.graph_arn})

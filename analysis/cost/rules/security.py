"""Keys, secrets and those who look for what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from analysis.cost.charges import ONE, Charge, Context, NoPriceError, Rule, required, value
from graph.nodes import Node

PACK_RULE = "AWS::Config::ConfigRule"


def _key(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("kms-key-month", ONE)
    yield context.charge("kms-requests", "key-requests")


def _secret(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("secret-month", ONE * (1 + len(value(node, "replicas") or ())))


def _detector(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "enable") is not False:
        yield context.charge("guardduty-events-million", "guardduty-events")
        yield context.charge("guardduty-flow-gb", "guardduty-flow-gb")


def _detector_feature(node: Node, context: Context) -> Iterable[Charge]:
    if required(node, "status") == "ENABLED":
        key = f"guardduty:{required(node, 'name')}"
        yield context.charge(key, key)


def _standard(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("security-check", "security-checks")


def _recorder(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("config-item", "config-items")


def _config_rule(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("config-evaluation", "config-evaluations")


def _pack(node: Node, context: Context) -> Iterable[Charge]:
    rules = str(required(node, "templateBody")).count(PACK_RULE)
    if not rules:
        raise NoPriceError("its template has no rule that can be counted")
    yield context.charge("config-evaluation", "config-evaluations", times=rules)


def _trail(node: Node, context: Context) -> Iterable[Charge]:
    # The first copy of management events is free; the account has one trail.
    selectors: Iterable[Mapping[str, Any]] = value(node, "advancedEventSelectors") or ()
    fields = [field for selector in selectors for field in selector.get("fieldSelectors", ())]
    if any(field.get("field") == "eventCategory" and "Data" in field.get("equals", ()) for field in fields):
        yield context.charge("trail-data-events", "audit-data-events")
    if kinds := len(value(node, "insightSelectors") or ()):
        yield context.charge("trail-insights-events", "audit-management-events", times=kinds)


def _macie(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("macie-bucket-month", ONE * len(context.graph.of_type("aws:s3/bucket:Bucket")))


def _classification(node: Node, context: Context) -> Iterable[Charge]:
    if required(node, "jobType") == "ONE_TIME":
        yield context.charge("macie-gb", "macie-once-gb")
        return
    percent = Decimal(value(node, "samplingPercentage") or 100)
    yield context.charge("macie-gb", "macie-gb", times=percent / 100)


def _inspector(node: Node, context: Context) -> Iterable[Charge]:
    kinds = set(required(node, "resourceTypes"))
    functions = ONE * len(context.graph.of_type("aws:lambda/function:Function"))
    repositories = len(context.graph.of_type("aws:ecr/repository:Repository"))
    if "EC2" in kinds:
        groups = context.graph.of_type("aws:eks/nodeGroup:NodeGroup")
        nodes = sum(int(required(group, "scalingConfig")["desiredSize"]) for group in groups)
        yield Charge("inspector-instance-month", Decimal(nodes))
    if "ECR" in kinds:
        yield context.charge("inspector-image", "scanned-images", times=repositories)
        yield context.charge("inspector-rescan", "rescanned-images", times=repositories)
    if "LAMBDA" in kinds:
        yield Charge("inspector-function-month", functions)
    if "LAMBDA_CODE" in kinds:
        yield Charge("inspector-function-code-month", functions)


def _detective(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("detective-gb", "detective-gb")


def _analyzer(node: Node, context: Context) -> Iterable[Charge]:
    if str(value(node, "type") or "ACCOUNT").endswith("UNUSED_ACCESS"):
        yield Charge("unused-access-month", ONE * len(context.graph.of_type("aws:iam/role:Role")))


RULES: dict[str, Rule] = {
    "aws:accessanalyzer/analyzer:Analyzer": _analyzer,
    "aws:cfg/conformancePack:ConformancePack": _pack,
    "aws:cfg/recorder:Recorder": _recorder,
    "aws:cfg/rule:Rule": _config_rule,
    "aws:cloudtrail/trail:Trail": _trail,
    "aws:detective/graph:Graph": _detective,
    "aws:guardduty/detector:Detector": _detector,
    "aws:guardduty/detectorFeature:DetectorFeature": _detector_feature,
    "aws:inspector2/enabler:Enabler": _inspector,
    "aws:kms/key:Key": _key,
    "aws:kms/replicaKey:ReplicaKey": _key,
    "aws:macie2/account:Account": _macie,
    "aws:macie2/classificationJob:ClassificationJob": _classification,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:securityhub/standardsSubscription:StandardsSubscription": _standard,
}
"""Resource type → how it is charged."""

"""What watches an account: exact children, parameters and wiring, on the golden stack and on small recordings."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from components.detection import (
    AccountScanners,
    AccountScannersArgs,
    AccountTrail,
    AccountTrailArgs,
    AuditArchive,
    AuditArchiveArgs,
    FindingNotices,
    FindingNoticesArgs,
    GuardDuty,
    GuardDutyArgs,
    Macie,
    MacieArgs,
    TrailAlarms,
    TrailAlarmsArgs,
)
from components.detection.incident_permissions import contain, lift
from components.detection.incident_workflow import KINDS, workflow
from components.detection.remediation import CORRECTIONS, DOCUMENTS, statements_of
from components.detection.trail_alarms import PATTERNS
from components.identity.roles import Scope
from contracts.settings.detection import (
    AccessAnalysisSettings,
    ArchiveSettings,
    FindingsSettings,
    GuardDutySettings,
    IncidentSettings,
    InspectorSettings,
    MacieSettings,
    TrailSettings,
)
from contracts.settings.security import ProtectionSettings
from policies.metric_filters import REQUIRED, finds
from policies.runtime import answers, conformance_packs
from stacks.region.security import PACKS, documents_of, pack_templates
from tests.kit import ACCOUNT, REGION, GraphView, record_component

SCOPE = Scope(environment="test", region=REGION, account_id=ACCOUNT)
KEY, BUCKET = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/audit", "evidence"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def statements(view: GraphView, name: str) -> dict[str, dict[str, Any]]:
    document = json.loads(cast("str", view.value(name, "policy")))
    return {statement["Sid"]: statement for statement in document["Statement"]}


def guardduty(**changes: Any) -> GraphView:
    settings = GuardDutySettings(publishing_frequency="FIFTEEN_MINUTES", **changes)
    args = GuardDutyArgs(settings=settings, archive_arn="arn:aws:s3:::evidence", key_arn=KEY)
    return record_component(lambda: GuardDuty("test", args=args))


def test_every_protection_is_on_when_guardduty_is_made() -> None:
    view = guardduty()
    features = [node for node in view.graph if node.type == FEATURE]
    assert {str(node.inputs["name"]): node.inputs["status"] for node in features} == dict.fromkeys(
        (
            "S3_DATA_EVENTS",
            "EKS_AUDIT_LOGS",
            "EBS_MALWARE_PROTECTION",
            "RDS_LOGIN_EVENTS",
            "LAMBDA_NETWORK_LOGS",
            "RUNTIME_MONITORING",
        ),
        "ENABLED",
    )
    agents = cast("Any", view.value("test-detector-runtime-monitoring", "additionalConfigurations"))
    assert {agent["name"] for agent in agents} == {
        *("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
    }
    view.assert_wired("test-findings-kept", "detectorId", "test-detector.id")
    assert view.value("test-findings-kept", "kmsKeyArn") == KEY
    assert view.value("test-findings-kept", "destinationArn") == "arn:aws:s3:::evidence/guardduty"


def test_findings_are_filtered_and_addresses_known_when_the_settings_say_so() -> None:
    lists = "https://s3.us-east-1.amazonaws.com/atoll-threats"
    view = guardduty(
        archive_below_severity=2, threat_lists={"bots": f"{lists}/bots.txt"}, trusted_list=f"{lists}/us.txt"
    )
    assert view.value("test-archived", "action") == "ARCHIVE"
    assert view.value("test-archived", "findingCriteria.criterions[0].lessThan") == "2"
    assert view.value("test-threats-bots", "location") == f"{lists}/bots.txt"
    assert view.value("test-trusted", "location") == f"{lists}/us.txt"


def test_job_searches_its_bucket_when_macie_is_made() -> None:
    settings = MacieSettings(jobs={"uploads": "WEEKLY", "backups": "ONCE"}, sampling_percent=20)
    args = MacieArgs(
        settings=settings,
        account_id=ACCOUNT,
        buckets={"uploads": "u", "backups": "b"},
        archive_bucket=BUCKET,
        key_arn=KEY,
    )
    view = record_component(lambda: Macie("test", args=args))
    assert view.value("test-search-uploads", "jobType") == "SCHEDULED"
    assert view.value("test-search-uploads", "scheduleFrequency.weeklySchedule") == "MONDAY"
    assert view.value("test-search-uploads", "s3JobDefinition.bucketDefinitions[0].buckets[0]") == "u"
    assert view.value("test-search-uploads", "samplingPercentage") == 20
    assert view.value("test-search-backups", "jobType") == "ONE_TIME"
    with pytest.raises(ValueError, match=r"security\.macie\.jobs: no bucket backups; there is uploads"):
        record_component(
            lambda: Macie(
                "test",
                args=MacieArgs(
                    settings=settings, account_id=ACCOUNT, buckets={"uploads": "u"}, archive_bucket="", key_arn=""
                ),
            )
        )


def test_scanners_are_those_of_the_settings_when_made() -> None:
    args = AccountScannersArgs(
        environment="test",
        account_id=ACCOUNT,
        inspector=InspectorSettings(resource_types=("EC2", "ECR")),
        access_analysis=AccessAnalysisSettings(unused_access_days=90),
        detective=False,
    )
    view = record_component(lambda: AccountScanners("test", args=args))
    view.assert_children(
        "test",
        {
            ("aws:inspector2/enabler:Enabler", "test-inspector"),
            ("aws:accessanalyzer/analyzer:Analyzer", "test-external-access"),
            ("aws:accessanalyzer/analyzer:Analyzer", "test-unused-access"),
        },
    )
    assert view.value("test-unused-access", "configuration.unusedAccess.unusedAccessAge") == 90


def archive() -> GraphView:
    loose = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)
    args = AuditArchiveArgs(
        settings=ArchiveSettings(lock_days=365, glacier_after_days=90, retention_days=2557),
        protection=loose,
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        key_arn=KEY,
        log_bucket="logs",
    )
    return record_component(lambda: AuditArchive("test", args=args))


def test_evidence_is_locked_encrypted_and_logged_when_kept() -> None:
    view = archive()
    assert view.value("test-bucket-audit-lock", "rule.defaultRetention") == {"mode": "COMPLIANCE", "days": 365}
    assert view.value("test-bucket-audit-access-logs", "targetBucket") == "logs"
    assert view.node("test-bucket-audit", "aws:s3/bucket:Bucket").protect is True


def test_each_writer_reaches_its_own_prefix_alone_when_evidence_is_kept() -> None:
    given = statements(archive(), "test-bucket-audit-policy")
    arn = f"arn:aws:s3:::app-audit-test-{ACCOUNT}"
    assert {sid: statement["Resource"] for sid, statement in given.items() if sid.endswith("Writes")} == {
        "TrailWrites": f"{arn}/trail/AWSLogs/{ACCOUNT}/*",
        "ConfigWrites": f"{arn}/config/AWSLogs/{ACCOUNT}/Config/*",
        "GuardDutyWrites": f"{arn}/guardduty/*",
        "MacieWrites": f"{arn}/macie/*",
    }
    assert all(statement["Condition"] for statement in given.values())


def trail(*, data: bool, insights: bool) -> GraphView:
    args = AccountTrailArgs(
        settings=TrailSettings(log_retention_days=365, data_events=data, insights=insights),
        scope=SCOPE,
        bucket=BUCKET,
        key_arn=KEY,
        log_key_arn="arn:logs",
    )
    return record_component(lambda: AccountTrail("test", args=args))


def test_trail_is_signed_encrypted_and_of_all_regions_when_made() -> None:
    view = trail(data=True, insights=True)
    inputs = view.node("test-trail", "aws:cloudtrail/trail:Trail").inputs
    wanted = {
        "enableLogFileValidation": True,
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "kmsKeyId": KEY,
        "s3BucketName": BUCKET,
        "name": "atoll-test",
    }
    assert {key: inputs[key] for key in wanted} == wanted
    selectors = cast("Any", inputs["advancedEventSelectors"])
    assert len(selectors) == 4
    assert [each["insightType"] for each in cast("Any", inputs["insightSelectors"])] == [
        "ApiCallRateInsight",
        "ApiErrorRateInsight",
    ]
    view.assert_wired("test-trail", "cloudWatchLogsRoleArn", "test-trail-role.arn")


def test_data_events_and_insights_are_left_out_when_nobody_pays_for_them() -> None:
    inputs = trail(data=False, insights=False).node("test-trail", "aws:cloudtrail/trail:Trail").inputs
    assert len(cast("Any", inputs["advancedEventSelectors"])) == 1
    assert "insightSelectors" not in inputs


def test_alarms_hear_all_that_the_benchmark_wants_when_made() -> None:
    for what, wanted in REQUIRED.items():
        assert any(finds(pattern, wanted) for pattern in PATTERNS.values()), what
    args = TrailAlarmsArgs(environment="test", log_group_name="g", topic_arn="arn:t", break_glass_role="AdminRole")
    view = record_component(lambda: TrailAlarms("test", args=args))
    assert view.value("test-heard-break-glass", "pattern") == (
        '{ ($.userIdentity.sessionContext.sessionIssuer.userName = "AdminRole")'
        ' || ($.requestParameters.roleArn = "*:role/AdminRole") }'
    )
    assert view.value("test-alarm-break-glass", "alarmActions") == ("arn:t",)
    assert view.value("test-alarm-break-glass", "metricName") == "break-glass"
    assert len([node for node in view.graph if node.type.endswith(":MetricAlarm")]) == len(PATTERNS) + 1


def test_people_hear_of_chosen_severities_alone_when_findings_come() -> None:
    settings = FindingsSettings(severities=("CRITICAL", "HIGH"), emails=("a@b.example",))
    args = FindingNoticesArgs(settings=settings, environment="test", account_id=ACCOUNT, region=REGION, key_arn=KEY)
    view = record_component(lambda: FindingNotices("test", args=args))
    hub = json.loads(cast("str", view.value("test-findings-security-hub", "eventPattern")))
    assert hub["detail"]["findings"]["Severity"] == {"Label": ["CRITICAL", "HIGH"]}
    own = json.loads(cast("str", view.value("test-findings-guardduty", "eventPattern")))
    assert own["detail"]["severity"] == [{"numeric": [">=", 7]}]
    view.assert_wired("test-findings-guardduty-target", "arn", "test-findings.arn")
    assert view.value("test-findings-a@b.example", "protocol") == "email"


def test_document_of_every_rule_is_known_when_it_may_be_started() -> None:
    documents = {rule.fix.document for answer in answers().values() for rule in answer.rules if rule.fix}
    assert documents <= set(DOCUMENTS)
    assert {correction.document for correction in CORRECTIONS.values()} <= set(DOCUMENTS)


def test_role_of_corrections_changes_no_trail_when_it_knows_every_document() -> None:
    actions = {action for statement in statements_of(DOCUMENTS, SCOPE) for action in statement["Action"]}
    assert "cloudtrail:UpdateTrail" not in actions
    assert not [action for action in actions if action.endswith("*")]


@pytest.mark.parametrize("framework", ["baseline", "gdpr", "iso27001", "pci-dss", "reliability", "soc2"])
def test_conformance_pack_is_what_the_controls_say(framework: str) -> None:
    wanted = {pack.name: pack.template for pack in conformance_packs(framework)}
    hint = f"run: atoll policy runtime --framework {framework} --output {PACKS}"
    assert pack_templates(framework) == wanted, hint
    assert set().union(*map(documents_of, wanted.values())) <= set(DOCUMENTS)


def test_workflow_has_a_branch_for_every_kind_when_compiled() -> None:
    made = workflow(IncidentSettings(contain_from_severity=7, approval_hours=72, log_retention_days=14))
    choices = {choice.equals: choice.next for choice in made.states["WhichKind"].choices}
    assert choices == KINDS
    assert made.states["AskToLift"].timeout_seconds == 72 * 3600
    named = {s.next for s in made.states.values()} | {c.next for s in made.states.values() for c in s.catch}
    assert named | set(choices.values()) | {"Classify", "TellOnly", None} == set(made.states) | {None}


def test_functions_attach_nothing_but_a_denial_when_they_contain() -> None:
    for statement in (*contain(SCOPE), *lift(SCOPE)):
        if {"iam:AttachRolePolicy", "iam:DetachRolePolicy"} & set(statement["Action"]):
            assert statement["Condition"] == {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll"}}
        assert not [action for action in statement["Action"] if action.endswith("*")]

"""What watches an account, keeps the evidence, and answers to what it sees (SEC-1, SEC-2, SEC-5)."""

from components.detection.account_scanners import AccountScanners, AccountScannersArgs
from components.detection.account_trail import AccountTrail, AccountTrailArgs
from components.detection.audit_archive import AuditArchive, AuditArchiveArgs
from components.detection.config_recorder import ConfigRecorder, ConfigRecorderArgs
from components.detection.finding_notices import FindingNotices, FindingNoticesArgs
from components.detection.guardduty import GuardDuty, GuardDutyArgs
from components.detection.incident_response import IncidentResponse, IncidentResponseArgs
from components.detection.macie import Macie, MacieArgs
from components.detection.remediation import Remediation, RemediationArgs
from components.detection.security_hub import SecurityHub, SecurityHubArgs
from components.detection.trail_alarms import TrailAlarms, TrailAlarmsArgs

__all__ = [
    "AccountScanners",
    "AccountScannersArgs",
    "AccountTrail",
    "AccountTrailArgs",
    "AuditArchive",
    "AuditArchiveArgs",
    "ConfigRecorder",
    "ConfigRecorderArgs",
    "FindingNotices",
    "FindingNoticesArgs",
    "GuardDuty",
    "GuardDutyArgs",
    "IncidentResponse",
    "IncidentResponseArgs",
    "Macie",
    "MacieArgs",
    "Remediation",
    "RemediationArgs",
    "SecurityHub",
    "SecurityHubArgs",
    "TrailAlarms",
    "TrailAlarmsArgs",
]

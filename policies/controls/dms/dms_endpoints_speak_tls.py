"""Replication reaches databases over TLS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict

OF_AWS = frozenset({"dynamodb", "kinesis", "s3", "neptune", "opensearch", "elasticsearch", "redshift-serverless"})
"""Engines that DMS reaches by API calls."""


def check(endpoint: Subject) -> Verdict:
    """There is no TLS where nobody says otherwise."""
    engine = endpoint.read("engineName")
    if isinstance(engine.value, str) and engine.value in OF_AWS:
        return NotApplicable(f"{engine.value} is reached over the HTTPS of AWS")
    return endpoint.read("sslMode", default="none").must_be_one_of(("require", "verify-ca", "verify-full"))


CONTROL = Control(
    id="dms-endpoints-speak-tls",
    title="Replication reaches databases over TLS",
    severity=Severity.CRITICAL,
    rationale="Every row that is replicated passes in clear.",
    remediation=Remediation(
        summary="Require TLS",
        snippet=(
            "dms.Endpoint(\n"
            '    name, endpoint_id=name, endpoint_type="source", engine_name="postgres",\n'
            '    ssl_mode="verify-full",\n'
            ")"
        ),
    ),
    catalogue=("DMS-01",),
    types=("aws:dms/endpoint:Endpoint",),
    check=check,
)

"""Search domains speak TLS 1.2 only, between nodes, too."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(domain: Subject) -> Verdict:
    """All of it is off, and TLS 1.0 is good enough, where nobody says otherwise."""
    return all_of(
        domain.read("nodeToNodeEncryption.enabled", default=False).must_be(True),
        domain.read("domainEndpointOptions.enforceHttps", default=False).must_be(True),
        domain.read("domainEndpointOptions.tlsSecurityPolicy", default="Policy-Min-TLS-1-0-2019-07").must(
            lambda policy: str(policy).startswith("Policy-Min-TLS-1-2"), "one of TLS 1.2"
        ),
    )


CONTROL = Control(
    id="opensearch-speaks-tls",
    title="Search domains speak TLS 1.2 only, between nodes, too",
    severity=Severity.MEDIUM,
    rationale="Whoever listens in the network reads queries and documents.",
    remediation=Remediation(
        summary="Turn both on and choose a policy of TLS 1.2",
        snippet=(
            "opensearch.Domain(\n"
            "    name,\n"
            '    node_to_node_encryption={"enabled": True},\n'
            '    domain_endpoint_options={"enforce_https": True,\n'
            '    "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"},\n'
            ")"
        ),
    ),
    catalogue=("OS-03",),
    types=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    check=check,
)

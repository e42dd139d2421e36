"""Certificates have strong keys and renew by themselves."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, all_of

STRONG = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")


def check(certificate: Subject) -> Verdict:
    """AWS makes RSA keys of 2048 bits where nobody says otherwise. What is imported nobody renews."""
    imported = certificate.read("certificateBody")
    if not imported.missing:
        return Fail("it is imported, so that AWS does not renew it")
    strong = certificate.read("keyAlgorithm", default="RSA_2048").must_be_one_of(STRONG)
    if certificate.read("certificateAuthorityArn").must_be_set() == PASS:
        return strong
    return all_of(strong, certificate.read("validationMethod").must_be("DNS"))


CONTROL = Control(
    id="acm-certificate-strong-and-renewed",
    title="Certificates have strong keys and renew by themselves",
    severity=Severity.HIGH,
    rationale="A short key can be factored; a certificate that waits for a mail expires at night.",
    remediation=Remediation(
        summary="Ask for a certificate that DNS validates",
        snippet='acm.Certificate(name, domain_name=domain, validation_method="DNS", key_algorithm="RSA_2048")',
    ),
    catalogue=("ACM-01",),
    types=("aws:acm/certificate:Certificate",),
    check=check,
)

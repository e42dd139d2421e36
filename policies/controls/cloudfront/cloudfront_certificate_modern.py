"""Distributions use their own certificate, SNI and TLS 1.2 of 2021 or later."""

from __future__ import annotations

import re

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.subject import Subject
from policies.verdicts import Verdict, all_of, any_of

MODERN = re.compile(r"TLSv1\.2_202[1-9]|TLSv1\.3_20\d\d")


def check(distribution: Subject) -> Verdict:
    """AWS takes TLSv1 where nobody says otherwise."""
    read = distribution.read
    own = any_of(
        *(read(f"viewerCertificate.{name}").must_be_set() for name in ("acmCertificateArn", "iamCertificateId"))
    )
    return all_of(
        own,
        read("viewerCertificate.sslSupportMethod").must_be("sni-only"),
        read("viewerCertificate.minimumProtocolVersion", default="TLSv1").must(
            lambda value: MODERN.fullmatch(str(value)) is not None, "TLSv1.2_2021 or later"
        ),
    )


CONTROL = Control(
    id="cloudfront-certificate-modern",
    title="Distributions use their own certificate, SNI and TLS 1.2 of 2021 or later",
    severity=Severity.MEDIUM,
    rationale="With CloudFront's own certificate viewers may use TLS 1.0.",
    remediation=Remediation(
        summary="Name a certificate of ACM in us-east-1 and a current protocol",
        snippet=(
            "cloudfront.Distribution(\n"
            "    name,\n"
            "    viewer_certificate={\n"
            '        "acm_certificate_arn": certificate.arn,\n'
            '        "ssl_support_method": "sni-only",\n'
            '        "minimum_protocol_version": "TLSv1.2_2021",\n'
            "    },\n"
            ")"
        ),
    ),
    catalogue=("CF-08",),
    types=(DISTRIBUTION,),
    check=check,
)

"""A public TLS certificate, validated by DNS where the zone is known."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import acm, route53

TOKEN = "atoll:edge:Certificate"
VALIDATION_TTL_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class CertificateArgs:
    """Wiring of a certificate."""

    domain: str
    """DNS name the certificate is issued for; its direct subdomains are covered by a wildcard."""
    hosted_zone_id: pulumi.Input[str] | None
    """Public Route 53 zone of `domain`, or None when its DNS is kept elsewhere."""


class Certificate(pulumi.ComponentResource):
    """An ACM certificate for a domain and its wildcard, renewed by ACM as long as its DNS record stays (EDGE-4).

    Makes: the certificate; with a hosted zone also the validation record and the wait until ACM has issued it. Domain
    and wildcard share one record. Costs nothing (public ACM certificates are free).
    Does not: without a hosted zone, prove the domain. The certificate then stays "pending validation" until somebody
    puts `validation_record` into the DNS, and until then AWS refuses it on a listener.
    Errors: `CertificateNotFound`/`UnsupportedCertificate` from the listener for a certificate that is not issued.
    Source: EDGE-4; https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """

    arn: pulumi.Output[str]
    """ARN of the certificate, known to be issued when there is a hosted zone."""
    validation_record: pulumi.Output[str]
    """`name type value` of the record that proves the domain."""

    def __init__(self, name: str, *, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = acm.Certificate(
            f"{name}-certificate",
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"],
            validation_method="DNS",
            key_algorithm="RSA_2048",
            opts=child,
        )
        proof = certificate.domain_validation_options[0]
        self.validation_record = pulumi.Output.format(
            "{0} {1} {2}", proof.resource_record_name, proof.resource_record_type, proof.resource_record_value
        )
        self.arn = certificate.arn
        if args.hosted_zone_id is not None:
            record = route53.Record(
                f"{name}-validation",
                zone_id=args.hosted_zone_id,
                name=proof.resource_record_name.apply(_known),
                type=proof.resource_record_type.apply(_known),
                records=[proof.resource_record_value.apply(_known)],
                ttl=VALIDATION_TTL_SECONDS,
                # A certificate that is replaced proves itself by the same record as the one before it.
                allow_overwrite=True,
                opts=child,
            )
            issued = acm.CertificateValidation(
                f"{name}-issued",
                certificate_arn=certificate.arn,
                validation_record_fqdns=[record.fqdn],
                opts=child,
            )
            self.arn = issued.certificate_arn
        self.register_outputs({"arn": self.arn, "validation_record": self.validation_record})


def _known(value: str | None) -> str:
    """Return a member of a DNS proof, which ACM always fills in for DNS validation."""
    if value is None:
        raise ValueError("ACM returned no DNS validation record; is the certificate validated by DNS?")
    return value

"""A domain of an organisation's own in front of one API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pulumi
from pulumi_aws import apigatewayv2, route53

from components.edge.certificate import Certificate, CertificateArgs

TOKEN = "atoll:api:ApiDomain"


@dataclass(frozen=True, kw_only=True)
class ApiDomainArgs:
    """Wiring of a domain."""

    domain: str
    """DNS name such as `api.example.com`."""
    api_id: pulumi.Input[str]
    """HTTP, WebSocket or regional REST API."""
    stage: pulumi.Input[str]
    """Name of the API's stage."""
    hosted_zone_id: pulumi.Input[str] | None
    """Public zone of the domain; None when its DNS is kept elsewhere."""


class ApiDomain(pulumi.ComponentResource):
    """A regional custom domain with TLS 1.2 or newer that leads to one stage of one API (API-1).

    Makes: certificate; domain name; mapping of its root to the stage; with a hosted zone the validation of the
    certificate and the alias record. Costs nothing beside the zone.
    Does not: without a hosted zone, prove the domain or lead it here. AWS refuses the domain until the certificate's
    `validation_record` is in the DNS; then `target_domain_name` has to be put there too.
    Errors: `BadRequestException: … certificate` while the certificate is not issued.
    Source: API-1; https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
    """

    target_domain_name: pulumi.Output[str]
    """Name to which the domain's DNS must lead."""
    certificate_arn: pulumi.Output[str]
    validation_record: pulumi.Output[str]
    """`name type value` of the record that proves the domain."""

    def __init__(self, name: str, *, args: ApiDomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = Certificate(
            f"{name}-tls",
            args=CertificateArgs(domain=args.domain, hosted_zone_id=args.hosted_zone_id),
            opts=child,
        )
        domain = apigatewayv2.DomainName(
            f"{name}-name",
            domain_name=args.domain,
            domain_name_configuration=apigatewayv2.DomainNameDomainNameConfigurationArgs(
                certificate_arn=certificate.arn, endpoint_type="REGIONAL", security_policy="TLS_1_2"
            ),
            opts=child,
        )
        apigatewayv2.ApiMapping(
            f"{name}-mapping", api_id=args.api_id, domain_name=domain.id, stage=args.stage, opts=child
        )
        configuration = domain.domain_name_configuration
        # Filled in by API Gateway for every regional domain.
        target = cast("pulumi.Output[str]", configuration.target_domain_name)
        if args.hosted_zone_id is not None:
            route53.Record(
                f"{name}-alias",
                zone_id=args.hosted_zone_id,
                name=args.domain,
                type="A",
                aliases=[
                    route53.RecordAliasArgs(
                        name=target,
                        zone_id=cast("pulumi.Output[str]", configuration.hosted_zone_id),
                        evaluate_target_health=False,
                    )
                ],
                opts=child,
            )
        self.target_domain_name = target
        self.certificate_arn, self.validation_record = certificate.arn, certificate.validation_record
        self.register_outputs(
            {
                "target_domain_name": self.target_domain_name,
                "certificate_arn": self.certificate_arn,
                "validation_record": self.validation_record,
            }
        )

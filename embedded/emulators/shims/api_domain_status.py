"""Let a custom domain of API Gateway become available, with somewhere to lead its DNS to."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from hashlib import sha256
from typing import Any

from moto.apigatewayv2.models import DomainName

REASON = (
    "moto's domain names of API Gateway v2 have no status and no target, so the provider waits for AVAILABLE until it "
    "gives up, and an alias record has nothing to lead to; each shows an empty mutual TLS, which is no setting."
)
HOSTED_ZONE = "Z1UJRXOUMOOFQ8"
"""Zone of API Gateway's regional names in us-east-1; here it stands for that of every region."""


def target(domain: str, region: str) -> str:
    """The name to which the DNS of a custom domain has to lead, always the same for the same domain."""
    return f"d-{sha256(domain.encode()).hexdigest()[:10]}.execute-api.{region}.amazonaws.com"


def apply() -> None:
    """Fill in, for each configuration, what AWS tells of a regional domain that is ready."""
    told = DomainName.to_json

    def available(self: DomainName) -> dict[str, Any]:
        answer = told(self)
        filled = {
            "domainNameStatus": "AVAILABLE",
            "apiGatewayDomainName": target(self.domain_name, self.domain_name_arn.split(":")[3]),
            "hostedZoneId": HOSTED_ZONE,
        }
        if not answer.get("mutualTlsAuthentication"):
            answer.pop("mutualTlsAuthentication", None)
        answer["domainNameConfigurations"] = [filled | one for one in answer.get("domainNameConfigurations") or [{}]]
        return answer

    DomainName.to_json = available  # type: ignore[method-assign]

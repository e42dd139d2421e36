"""Keep whether a network load balancer's security groups judge what comes through PrivateLink."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.elbv2.responses import ELBV2Response

REASON = (
    "moto takes EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic with the security groups and forgets it, so every "
    "preview would set it again on every network load balancer."
)
MEMBER = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def apply() -> None:
    """Keep the switch with the load balancer, which shows it from then on."""
    set_groups = ELBV2Response.set_security_groups

    def with_switch(self: ELBV2Response) -> ActionResult:
        answer = set_groups(self)
        switch = self._get_param(MEMBER)
        if switch:
            setattr(self.elbv2_backend.load_balancers[self._get_param("LoadBalancerArn")], MEMBER, switch)
        return answer

    ELBV2Response.set_security_groups = with_switch  # type: ignore[method-assign]

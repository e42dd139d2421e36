"""Load balancers as they should be."""

from __future__ import annotations

from tests.policies.compliant.s3 import Named

POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/site"
TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
FORWARD = {"type": "forward", "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/a/1"}


def program() -> None:
    """One balancer on the internet by each of its tokens, an internal one of the network, and their listeners."""
    for name, kind in (("balancer", "lb"), ("older-balancer", "alb")):
        balancer = Named(
            f"aws:{kind}/loadBalancer:LoadBalancer",
            name,
            subnets=["subnet-1", "subnet-2", "subnet-3"],
            dropInvalidHeaderFields=True,
            enableDeletionProtection=True,
            accessLogs={"bucket": "balancer-logs", "enabled": True},
        )
        Named("aws:wafv2/webAclAssociation:WebAclAssociation", f"{name}-waf", resourceArn=balancer.arn, webAclArn="arn")
        Named("aws:shield/protection:Protection", f"{name}-shield", resourceArn=balancer.arn)
        Named(
            f"aws:{kind}/listener:Listener",
            f"{name}-https",
            loadBalancerArn=balancer.arn,
            protocol="HTTPS",
            sslPolicy=POLICY,
            certificateArn=CERTIFICATE,
            defaultActions=[FORWARD],
        )
        Named(
            f"aws:{kind}/listener:Listener",
            f"{name}-http",
            loadBalancerArn=balancer.arn,
            protocol="HTTP",
            defaultActions=[TO_HTTPS],
        )

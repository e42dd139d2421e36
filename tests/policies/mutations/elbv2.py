"""What must turn the controls of load balancers red."""

from __future__ import annotations

from tests.policies.compliant.elbv2 import FORWARD
from tests.policies.flips import flips, needs, refused
from tests.policies.kit import DELETE, Mutation

NETWORK = "only application load balancers read headers"
OLD = "ELBSecurityPolicy-2016-08"
EDGE = ("shield-protects-edge", "lb-public-behind-waf")

MUTATIONS = (
    *flips(
        "lb-http-redirected",
        "balancer-http",
        {
            "defaultActions": ([FORWARD], "it answers plain HTTP with something else than a redirect to HTTPS"),
            "defaultActions[0].redirect.protocol": (
                DELETE,
                'defaultActions[0].redirect.protocol is "#{protocol}", it must be "HTTPS"',
            ),
        },
        "defaultActions",
        "protocol",
        also=("lb-tls-policy-strong",),
    ),
    refused("lb-http-redirected", "balancer-https", "protocol", "TLS", "it does not speak plain HTTP"),
    Mutation(
        control="lb-http-redirected",
        resource="balancer-https",
        change={"protocol": DELETE},
        says="it answers plain HTTP with something else than a redirect to HTTPS",
    ),
    *flips(
        "lb-listener-protocol-secure",
        "balancer-https",
        {"protocol": ("TCP", 'protocol is "TCP", it must be one of "HTTPS", "TLS"')},
        "protocol",
        also=("lb-tls-policy-strong",),
    ),
    refused(
        "lb-listener-protocol-secure",
        "balancer-https",
        "protocol",
        "GENEVE",
        "a gateway load balancer hands packets on",
    ),
    *flips(
        "lb-tls-policy-strong",
        "balancer-https",
        {
            "sslPolicy": (DELETE, f'sslPolicy is "{OLD}", it must be a policy with TLS 1.2 and 1.3 only'),
            "certificateArn": (DELETE, "certificateArn is not set"),
        },
        "sslPolicy",
        "certificateArn",
    ),
    refused("lb-tls-policy-strong", "older-balancer-http", "port", 8080, "it does not end TLS"),
    *flips(
        "lb-invalid-headers-dropped",
        "balancer",
        {"dropInvalidHeaderFields": (DELETE, "dropInvalidHeaderFields is false, it must be true")},
        "dropInvalidHeaderFields",
    ),
    refused("lb-invalid-headers-dropped", "balancer", "loadBalancerType", "network", NETWORK),
    *flips(
        "lb-desync-mitigated",
        "older-balancer",
        {
            "desyncMitigationMode": (
                "monitor",
                'desyncMitigationMode is "monitor", it must be one of "defensive", "strictest"',
            )
        },
        "desyncMitigationMode",
    ),
    refused("lb-desync-mitigated", "balancer", "loadBalancerType", "gateway", NETWORK),
    *flips(
        "lb-access-logged",
        "balancer",
        {
            "accessLogs": (DELETE, "accessLogs.enabled is false, it must be true; accessLogs.bucket is not set"),
            "accessLogs.enabled": ("false", 'accessLogs.enabled is "false", it must be true'),
        },
        "accessLogs.enabled",
        "accessLogs.bucket",
    ),
    refused(
        "lb-access-logged", "balancer", "loadBalancerType", "gateway", "a gateway load balancer has no access logs"
    ),
    *flips(
        "lb-deletion-protected",
        "balancer",
        {"enableDeletionProtection": (DELETE, "enableDeletionProtection is false, it must be true")},
        "enableDeletionProtection",
    ),
    *flips(
        "lb-zones-spanned",
        "balancer",
        {"subnets": (["subnet-1", "subnet-1"], "subnets spans 1 availability zones, it must span at least 3")},
        "subnets",
        "subnets[1]",
        "subnetMappings",
    ),
    *needs("lb-public-behind-waf", "balancer", "balancer-waf", "no web ACL is associated with it", "resourceArn"),
    refused("lb-public-behind-waf", "balancer", "internal", True, "it is internal"),
    Mutation(control="lb-public-behind-waf", resource="balancer", unknown=("internal",), also=EDGE),
    *needs("shield-protects-edge", "balancer", "balancer-shield", "no Shield protection is for it", "resourceArn"),
    refused("shield-protects-edge", "balancer", "internal", "true", "it is internal"),
)

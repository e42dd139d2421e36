"""The regional edge: load balancer, certificate and web ACL (EDGE-4)."""

from components.edge.certificate import Certificate, CertificateArgs
from components.edge.load_balancer import LoadBalancer, LoadBalancerArgs
from components.edge.regional_web_acl import RegionalWebAcl, RegionalWebAclArgs
from components.edge.shield_protection import ShieldProtection, ShieldProtectionArgs

__all__ = [
    "Certificate",
    "CertificateArgs",
    "LoadBalancer",
    "LoadBalancerArgs",
    "RegionalWebAcl",
    "RegionalWebAclArgs",
    "ShieldProtection",
    "ShieldProtectionArgs",
]

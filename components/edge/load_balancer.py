"""The internet-facing application load balancer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb, route53

from components.edge.certificate import Certificate, CertificateArgs
from components.edge.regional_web_acl import RegionalWebAcl, RegionalWebAclArgs
from components.edge.shield_protection import ShieldProtection, ShieldProtectionArgs
from contracts.settings.edge import EdgeSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:edge:LoadBalancer"


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """Wiring of a load balancer."""

    settings: EdgeSettings
    protection: ProtectionSettings
    subnet_ids: Sequence[pulumi.Input[str]]
    """Public subnets in two zones or more."""
    security_group_id: pulumi.Input[str]
    hosted_zone_id: pulumi.Input[str] | None = None
    """Public zone of `settings.domain`; None when its DNS is kept elsewhere."""
    access_log_bucket: pulumi.Input[str] | None = None
    """Bucket for access logs. When the name is handed out, the bucket must be encrypted with SSE-S3 and let
    `logdelivery.elasticloadbalancing.amazonaws.com` put objects below the prefix: ELB tries it at once."""
    access_log_prefix: str = "alb"
    """Key prefix without slashes at its ends; AWS appends `/AWSLogs/<account>/…`."""
    connection_logs: bool = False
    """Also log TLS handshakes, below the same prefix: the names of these objects begin with `conn_log`."""
    log_key_arn: pulumi.Input[str] | None = None
    """Key of the web ACL's log group; needed where `settings.web_acl_rules` is given."""
    account_id: str = ""
    """Account of that log group."""
    region: str = ""
    """Region of that log group."""


class LoadBalancer(pulumi.ComponentResource):
    """An internet-facing ALB that ends TLS and answers 404 until services add rules to its HTTPS listener (EDGE-4).

    Makes: the load balancer; certificate; HTTPS listener on 443 (404 JSON by default); HTTP listener on 80 that
    redirects (301) to HTTPS; with a hosted zone the alias record of the domain; with `settings.web_acl` a regional web
    ACL; with `settings.shield` its protection by Shield Advanced.
    Costs: $16.43 a month and $0.008 per capacity unit and hour, and two public IPv4 addresses ($3.65 each) or more;
    see `RegionalWebAcl` for its price.
    Does not: make target groups or rules (`components.cluster.ServiceRoute`), or the log bucket and its policy.
    Units: seconds. Errors: ValueError when access logs are on in the settings and no bucket is given.
    Source: EDGE-4; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    """`app/<name>/<id>`, the `LoadBalancer` dimension of its metrics."""
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    """Hosted zone of the load balancer itself, for alias records."""
    https_listener_arn: pulumi.Output[str]
    certificate_arn: pulumi.Output[str]
    web_acl_arn: pulumi.Output[str] | None
    """Web ACL before it, for others to stand behind, too; None without one."""

    def __init__(self, name: str, *, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        certificate = Certificate(
            f"{name}-tls",
            args=CertificateArgs(domain=settings.domain, hosted_zone_id=args.hosted_zone_id),
            opts=child,
        )
        balancer = self._load_balancer(name, args)
        https = lb.Listener(
            f"{name}-alb-https",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=settings.tls_policy,
            certificate_arn=certificate.arn,
            default_actions=[_not_found()],
            opts=child,
        )
        lb.Listener(
            f"{name}-alb-http",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[_redirect_to_https()],
            opts=child,
        )
        if args.hosted_zone_id is not None:
            self._alias(name, args.hosted_zone_id, settings.domain, balancer)
        firewall = None
        if settings.web_acl:
            firewall = RegionalWebAcl(
                f"{name}-waf",
                args=RegionalWebAclArgs(
                    rate_limit=settings.web_acl_rate_limit,
                    resource_arn=balancer.arn,
                    settings=settings.web_acl_rules,
                    log_key_arn=args.log_key_arn,
                    account_id=args.account_id,
                    region=args.region,
                ),
                opts=child,
            )
        if settings.shield is not None:
            ShieldProtection(
                f"{name}-shield",
                args=ShieldProtectionArgs(
                    settings=settings.shield, domain=settings.domain, resource_arn=balancer.arn, firewall=firewall
                ),
                opts=child,
            )
        self.web_acl_arn = firewall.arn if firewall else None
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.https_listener_arn, self.certificate_arn = https.arn, certificate.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "https_listener_arn": self.https_listener_arn,
                "certificate_arn": self.certificate_arn,
            }
        )

    def _load_balancer(self, name: str, args: LoadBalancerArgs) -> lb.LoadBalancer:
        access, connections = _logs(args)
        return lb.LoadBalancer(
            f"{name}-alb",
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=list(args.subnet_ids),
            security_groups=[args.security_group_id],
            # Headers with invalid names are a way to smuggle requests past a proxy.
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.protection.deletion_protection,
            idle_timeout=args.settings.idle_timeout_seconds,
            access_logs=access,
            connection_logs=connections,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _alias(self, name: str, zone_id: pulumi.Input[str], domain: str, balancer: lb.LoadBalancer) -> None:
        route53.Record(
            f"{name}-alb-alias",
            zone_id=zone_id,
            name=domain,
            type="A",
            aliases=[
                route53.RecordAliasArgs(name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True)
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _logs(
    args: LoadBalancerArgs,
) -> tuple[lb.LoadBalancerAccessLogsArgs | None, lb.LoadBalancerConnectionLogsArgs | None]:
    if not args.settings.access_logs:
        return None, None
    if args.access_log_bucket is None:
        raise ValueError("edge.access_logs is on, but the load balancer was given no access_log_bucket to write to")
    access = lb.LoadBalancerAccessLogsArgs(bucket=args.access_log_bucket, prefix=args.access_log_prefix, enabled=True)
    connections = lb.LoadBalancerConnectionLogsArgs(
        bucket=args.access_log_bucket, prefix=args.access_log_prefix, enabled=True
    )
    return access, connections if args.connection_logs else None


def _not_found() -> lb.ListenerDefaultActionArgs:
    return lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=lb.ListenerDefaultActionFixedResponseArgs(
            status_code="404", content_type="application/json", message_body=json.dumps({"error": "not found"})
        ),
    )


def _redirect_to_https() -> lb.ListenerDefaultActionArgs:
    return lb.ListenerDefaultActionArgs(
        type="redirect",
        redirect=lb.ListenerDefaultActionRedirectArgs(protocol="HTTPS", port="443", status_code="HTTP_301"),
    )

"""Distributions as they should be."""

from __future__ import annotations

from pulumi_aws import cloudfront, shield


def program() -> None:
    """A distribution of a bucket and of an origin of its own, each the other's replacement."""
    distribution = cloudfront.Distribution(
        "distribution",
        enabled=True,
        default_root_object="index.html",
        web_acl_id="arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1",
        logging_config={"bucket": "logs.s3.amazonaws.com"},
        default_cache_behavior={
            "target_origin_id": "both",
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "viewer_protocol_policy": "redirect-to-https",
        },
        ordered_cache_behaviors=[
            {
                "path_pattern": "/api/*",
                "target_origin_id": "api",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "viewer_protocol_policy": "https-only",
            }
        ],
        origins=[
            {"origin_id": "bucket", "domain_name": "a.s3.amazonaws.com", "origin_access_control_id": "E1"},
            {
                "origin_id": "api",
                "domain_name": "api.example.com",
                "custom_origin_config": {
                    "http_port": 80,
                    "https_port": 443,
                    "origin_protocol_policy": "https-only",
                    "origin_ssl_protocols": ["TLSv1.2"],
                },
            },
        ],
        origin_groups=[
            {
                "origin_id": "both",
                "failover_criteria": {"status_codes": [500, 502, 503, 504]},
                "members": [{"origin_id": "bucket"}, {"origin_id": "api"}],
            }
        ],
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={
            "acm_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/site",
            "ssl_support_method": "sni-only",
            "minimum_protocol_version": "TLSv1.2_2021",
        },
    )
    shield.Protection("distribution-shield", resource_arn=distribution.arn)

"""How CloudFront treats reads, writes and assets, and the policies that its behaviours share (EDGE-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudfront

ROOT_DOCUMENT = "index.html"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's own cache policies.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own origin request policy AllViewerExceptHostHeader: an origin is asked by the name its certificate has.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""
READ = ("GET", "HEAD", "OPTIONS")
"""Methods for which CloudFront asks a second origin."""
ANY = (*READ, "PUT", "POST", "PATCH", "DELETE")
CACHED = ("GET", "HEAD")
YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, kw_only=True)
class Policies:
    """What behaviours refer to."""

    cache_id: pulumi.Output[str]
    """Caches as long as the application says, and not at all where it says nothing."""
    headers_id: pulumi.Output[str]
    """Security headers of every answer."""
    stream_config_arn: pulumi.Input[str] | None
    """Configuration of the request stream; None for no stream."""


def make_policies(name: str, stream_config_arn: pulumi.Input[str] | None, *, parent: pulumi.Resource) -> Policies:
    """Make `{name}-cache` and `{name}-headers`."""
    child = pulumi.ResourceOptions(parent=parent)
    cache = cloudfront.CachePolicy(
        f"{name}-cache",
        name=f"{name}-application",
        comment="As long as the application says",
        default_ttl=0,
        min_ttl=0,
        max_ttl=YEAR_SECONDS,
        parameters_in_cache_key_and_forwarded_to_origin=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs(
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
            cookies_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs(
                cookie_behavior="none"
            ),
            # Answers to one caller are never given to another, should the application forget to say so.
            headers_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs(
                header_behavior="whitelist",
                headers=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs(
                    items=["Authorization"]
                ),
            ),
            query_strings_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs(
                query_string_behavior="all"
            ),
        ),
        opts=child,
    )
    headers = cloudfront.ResponseHeadersPolicy(
        f"{name}-headers",
        name=f"{name}-security",
        comment="Security headers of every answer",
        security_headers_config=_security_headers(),
        opts=child,
    )
    return Policies(cache_id=cache.id, headers_id=headers.id, stream_config_arn=stream_config_arn)


def _security_headers() -> cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs:
    part = cloudfront
    return part.ResponseHeadersPolicySecurityHeadersConfigArgs(
        strict_transport_security=part.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
            access_control_max_age_sec=2 * YEAR_SECONDS, include_subdomains=True, preload=True, override=True
        ),
        content_type_options=part.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(override=True),
        frame_options=part.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
            frame_option="DENY", override=True
        ),
        referrer_policy=part.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
            referrer_policy="strict-origin-when-cross-origin", override=True
        ),
        # An application knows better what it loads; without a policy of its own it loads from itself alone.
        content_security_policy=part.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
            content_security_policy="default-src 'self'; frame-ancestors 'none'; upgrade-insecure-requests",
            override=False,
        ),
    )


def reads(target: str, policies: Policies) -> cloudfront.DistributionDefaultCacheBehaviorArgs:
    """What is read from the application: from the first region that answers."""
    return cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=target,
        allowed_methods=list(READ),
        cache_policy_id=policies.cache_id,
        origin_request_policy_id=ALL_BUT_HOST,
        **_shared(policies),
    )


def writes(target: str, path: str, policies: Policies) -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    """What may change something: led by DNS, never cached."""
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=path,
        target_origin_id=target,
        allowed_methods=list(ANY),
        cache_policy_id=CACHING_DISABLED,
        origin_request_policy_id=ALL_BUT_HOST,
        **_shared(policies),
    )


def assets(target: str, path: str, policies: Policies) -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    """Static files: from the first bucket that has them, cached for a day."""
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=path,
        target_origin_id=target,
        allowed_methods=list(READ),
        cache_policy_id=CACHING_OPTIMIZED,
        **_shared(policies),
    )


def _shared(policies: Policies) -> dict[str, Any]:
    return {
        "cached_methods": list(CACHED),
        "viewer_protocol_policy": "redirect-to-https",
        "compress": True,
        "response_headers_policy_id": policies.headers_id,
        "realtime_log_config_arn": policies.stream_config_arn,
    }

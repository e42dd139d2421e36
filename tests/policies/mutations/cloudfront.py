"""What must turn the controls of CloudFront red."""

from __future__ import annotations

from tests.policies.flips import flips, refused
from tests.policies.kit import DELETE, Mutation

ALLOWED = 'it must be one of "redirect-to-https", "https-only"'
MODERN = "it must be TLSv1.2_2021 or later"
CUSTOM = "origins[1].customOriginConfig"
AWAY = "its origins are buckets or within a VPC"

MUTATIONS = (
    *flips(
        "cloudfront-viewers-https-only",
        "distribution",
        {
            "defaultCacheBehavior.viewerProtocolPolicy": (
                "allow-all",
                f'defaultCacheBehavior.viewerProtocolPolicy is "allow-all", {ALLOWED}',
            ),
            "orderedCacheBehaviors[0].viewerProtocolPolicy": (
                "allow-all",
                f'orderedCacheBehaviors[0].viewerProtocolPolicy is "allow-all", {ALLOWED}',
            ),
        },
        "orderedCacheBehaviors",
    ),
    *flips("cloudfront-behind-waf", "distribution", {"webAclId": (DELETE, "webAclId is not set")}, "webAclId"),
    *flips(
        "cloudfront-access-logged",
        "distribution",
        {"loggingConfig": (DELETE, "loggingConfig.bucket is not set; no log delivery source has it")},
        "loggingConfig",
    ),
    *flips(
        "cloudfront-origins-fail-over",
        "distribution",
        {
            "originGroups": (DELETE, "it has no origin group"),
            "originGroups[0].members[1]": (DELETE, "originGroups[0] has no second origin"),
            "originGroups[0].failoverCriteria.statusCodes": (
                [404, 500, 502],
                "originGroups[0].failoverCriteria.statusCodes is [404, 500, 502], it must contain 503, 504",
            ),
        },
        "originGroups",
        "originGroups[0].members",
    ),
    *flips(
        "cloudfront-origin-traffic-encrypted",
        "distribution",
        {
            f"{CUSTOM}.originProtocolPolicy": (
                "match-viewer",
                f'{CUSTOM}.originProtocolPolicy is "match-viewer", it must be "https-only"',
            )
        },
        "origins",
        f"{CUSTOM}.originProtocolPolicy",
        also=("cloudfront-origin-tls-current", "cloudfront-s3-origins-controlled"),
    ),
    refused("cloudfront-origin-traffic-encrypted", "distribution", "origins[1]", DELETE, AWAY),
    *flips(
        "cloudfront-origin-tls-current",
        "distribution",
        {
            f"{CUSTOM}.originSslProtocols": (
                ["TLSv1.1", "TLSv1.2"],
                f'{CUSTOM}.originSslProtocols is ["TLSv1.1", "TLSv1.2"], it must be TLSv1.2 or later',
            )
        },
        f"{CUSTOM}.originSslProtocols[0]",
    ),
    refused("cloudfront-origin-tls-current", "distribution", "origins[1]", DELETE, AWAY),
    *flips(
        "cloudfront-default-root-object-set",
        "distribution",
        {"defaultRootObject": ("", "defaultRootObject is not set")},
        "defaultRootObject",
    ),
    *flips(
        "cloudfront-certificate-modern",
        "distribution",
        {
            "viewerCertificate": (
                {"cloudfrontDefaultCertificate": True},
                "viewerCertificate.acmCertificateArn is not set; viewerCertificate.iamCertificateId is not set; "
                'viewerCertificate.sslSupportMethod is not set, it must be "sni-only"; '
                f'viewerCertificate.minimumProtocolVersion is "TLSv1", {MODERN}',
            ),
            "viewerCertificate.minimumProtocolVersion": (
                "TLSv1.2_2019",
                f'viewerCertificate.minimumProtocolVersion is "TLSv1.2_2019", {MODERN}',
            ),
        },
        "viewerCertificate",
    ),
    *flips(
        "cloudfront-s3-origins-controlled",
        "distribution",
        {"origins[0].originAccessControlId": (DELETE, "origins[0].originAccessControlId is not set")},
        "origins[0].originAccessControlId",
    ),
    refused(
        "cloudfront-s3-origins-controlled", "distribution", "origins[0]", DELETE, "none of its origins is a bucket"
    ),
    Mutation(
        control="shield-protects-edge",
        resource="distribution",
        remove=("distribution-shield",),
        says="no Shield protection is for it",
    ),
)

"""What must turn the controls of S3 red."""

from __future__ import annotations

from tests.policies.kit import Mutation

MUTATIONS = (
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        remove=("bucket-public-access",),
        says="it has no public access block",
    ),
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        of="bucket-public-access",
        change={"restrictPublicBuckets": False},
        says="restrictPublicBuckets is false, it must be true",
    ),
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        of="bucket-public-access",
        unknown=("blockPublicAcls",),
    ),
    Mutation(
        control="s3-bucket-public-access-blocked", resource="bucket", of="bucket-public-access", unknown=("bucket",)
    ),
)

"""What the warehouse may do outside itself (DB-5): pure functions."""

from __future__ import annotations

import pulumi

from components.identity.roles import Scope
from components.identity.statements import Statement, allow

LAKE_PREFIX = "lake"
"""Below it in the lake's bucket are the files that Spectrum reads and replication writes."""


def spectrum_statements(
    scope: Scope, lake_bucket: str, lake_key_arn: pulumi.Input[str], catalog: pulumi.Input[str]
) -> list[Statement]:
    """See the tables of one catalogue, read the files they stand for."""
    bucket = f"arn:aws:s3:::{lake_bucket}"
    tables = [
        scope.arn("glue", "catalog"),
        pulumi.Output.concat(scope.arn("glue", "database/"), catalog),
        pulumi.Output.concat(scope.arn("glue", "table/"), catalog, "/*"),
    ]
    return [
        allow(
            "SeeTables",
            [
                "glue:BatchGetPartition",
                "glue:GetDatabase",
                "glue:GetDatabases",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:GetTable",
                "glue:GetTables",
            ],
            tables,
        ),
        allow("ReadLake", ["s3:GetObject"], f"{bucket}/{LAKE_PREFIX}/*"),
        allow("ListLake", ["s3:ListBucket"], bucket, StringLike={"s3:prefix": [LAKE_PREFIX, f"{LAKE_PREFIX}/*"]}),
        allow("FindLake", ["s3:GetBucketLocation"], bucket),
        allow(
            "DecryptLake",
            ["kms:Decrypt"],
            lake_key_arn,
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
    ]

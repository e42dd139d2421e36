"""The table of what forces a new resource says what the provider says."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from analysis.change.replacement import TABLE
from embedded.aws_plugin.install import install, sdk_version
from embedded.aws_plugin.replacements import Asking
from embedded.home import cache_dir

pytestmark = pytest.mark.embedded
KNOWN = json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    asked = Asking(install(tmp_path_factory.mktemp("home"), cache_dir()).bundle)
    yield asked
    asked.close()


@pytest.mark.parametrize(
    ("type_", "forced"),
    [
        ("aws:dynamodb/table:Table", "hashKey"),
        ("aws:s3/bucket:Bucket", "objectLockEnabled"),
        ("aws:ec2/subnet:Subnet", "cidrBlock"),
        ("aws:lb/targetGroup:TargetGroup", "vpcId"),
        ("aws:rds/cluster:Cluster", "storageEncrypted"),
    ],
)
def test_table_says_what_the_provider_says(asking: Asking, type_: str, forced: str) -> None:
    found = asking.about(asking.store.resource(type_))
    assert forced in found.forced
    told = {key: value for key, value in vars(found).items() if value}
    assert KNOWN["types"][type_] == told


def test_table_is_of_the_sdk_that_the_program_uses() -> None:
    assert KNOWN["sdk"] == f"pulumi-aws {sdk_version()}", "make it again: see docs/change-report.md"

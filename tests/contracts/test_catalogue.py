"""What AWS offers: the generated file is current, and the small tables agree with AWS's own models."""

from __future__ import annotations

import re
from typing import Any

import botocore.loaders
import pytest

from contracts import catalogue
from contracts.regions import REGION_ZONES
from tests.contracts import aws_catalogue


def service_shapes(service: str) -> dict[str, Any]:
    return botocore.loaders.Loader().load_service_model(service, "service-2")["shapes"]


def test_file_is_what_its_source_says() -> None:
    assert catalogue.FILE.read_text(encoding="utf-8") == aws_catalogue.build(), (
        "run `python -m tests.contracts.aws_catalogue --write`"
    )


def test_log_retentions_are_those_of_the_cloudwatch_api() -> None:
    words = re.sub("<[^>]+>", "", service_shapes("logs")["Days"]["documentation"])
    values = words.split("Possible values are:")[1].split("To set")[0]
    assert tuple(int(found) for found in re.findall(r"[0-9]+", values)) == catalogue.LOG_RETENTION_DAYS


def test_performance_insights_retentions_are_months_of_31_days() -> None:
    assert catalogue.PERFORMANCE_INSIGHTS_DAYS[:3] == (7, 31, 62)
    assert catalogue.PERFORMANCE_INSIGHTS_DAYS[-2:] == (713, 731)


@pytest.mark.parametrize(
    ("cpu", "memory", "fits"),
    [
        (256, 512, True),
        (256, 4096, False),
        (1024, 2048, True),
        (4096, 30720, True),
        (8192, 61440, True),
        (16384, 40960, True),
        (16384, 33000, False),
    ],
)
def test_fargate_sizes_are_the_documented_pairs(cpu: int, memory: int, fits: bool) -> None:
    assert (memory in catalogue.FARGATE_MEMORY_MIB[cpu]) == fits


@pytest.mark.parametrize("name", ["db.t3.micro", "db.t3.small", "db.r6g.large"])
def test_classes_of_the_documents_exist_in_their_regions(name: str) -> None:
    assert all(
        catalogue.rds_postgres_classes().in_region(name, region) for region in ("us-east-1", "us-east-2", "us-west-2")
    )


@pytest.mark.parametrize("name", ["m5.large", "m5.xlarge", "m5a.large", "m4.large", "c5.large"])
def test_node_types_of_002_exist(name: str) -> None:
    assert catalogue.ec2_instance_types().in_region(name, "us-east-1")


def test_class_is_in_no_region_when_it_does_not_exist() -> None:
    table = catalogue.cache_node_types()
    assert not any(table.in_region("cache.t9.micro", region) for region in REGION_ZONES)
    assert not table.in_region("cache.t3.micro", "mars-north-1")


def test_regions_are_known_to_aws() -> None:
    assert set(REGION_ZONES) <= set(botocore.loaders.Loader().load_data("endpoints")["partitions"][0]["regions"])

"""Makes `contracts/data/aws-catalogue.json` from the data that cfn-lint carries.

Run `python -m tests.contracts.aws_catalogue --write`.

cfn-lint asks the AWS APIs of every region and comes with moto. A test compares the file with the installed release.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from contracts.catalogue import FILE
from contracts.regions import REGION_ZONES

EXTENSIONS = "data/schemas/extensions"


def build() -> str:
    """The text of the file."""
    classes = _read("aws_rds_dbinstance/dbinstanceclass_enum.json")
    catalogue = {
        "source": f"cfn-lint {version('cfn-lint')} (AWS APIs, per region)",
        "regions": list(REGION_ZONES),
        "postgres_versions": _versions("aws_rds_dbinstance", "postgres"),
        "aurora_postgres_versions": _versions("aws_rds_dbcluster", "aurora-postgresql"),
        "rds_postgres_classes": _by_class(_classes(classes, "postgres")),
        "aurora_postgres_classes": _by_class(_classes(classes, "aurora-postgresql")),
        "cache_node_types": _by_class(_enums(_read("aws_elasticache_cachecluster/cachenodetype_enum.json"))),
        "ec2_instance_types": _by_class(_enums(_read("aws_ec2_instance/instancetype_enum.json"))),
    }
    return _one_entry_a_line(catalogue)


def _read(path: str) -> Any:
    return json.loads(files("cfnlint").joinpath(EXTENSIONS, path).read_text())


def _enums(regions: Mapping[str, Any]) -> dict[str, list[str]]:
    return {region: regions[region]["enum"] for region in REGION_ZONES}


def _classes(regions: Mapping[str, Any], engine: str) -> dict[str, list[str]]:
    def classes(region: str) -> Iterable[str]:
        for case in regions[region]["allOf"]:
            if case["if"]["properties"].get("Engine") == {"const": engine}:
                yield from case["then"]["properties"]["DBInstanceClass"]["enum"]

    return {region: sorted(set(classes(region))) for region in REGION_ZONES}


def _versions(resource: str, engine: str) -> list[str]:
    """Releases that are offered and not retired, oldest first."""
    offered = set(_engine_versions(_read(f"{resource}/engine_version.json"), "then", engine))
    retired = set(_engine_versions(_read(f"{resource}/engine_version_deprecated.json"), "if", engine))
    return sorted(offered - retired, key=_version_order)


def _engine_versions(schema: Mapping[str, Any], part: str, engine: str) -> Iterable[str]:
    for case in schema["allOf"]:
        if case["if"]["properties"]["Engine"] == {"const": engine}:
            holder = case["if"]["properties"] if part == "if" else case["then"]["properties"]
            yield from (
                found for found in holder["EngineVersion"]["enum"] if found.replace(".", "").isdigit() and "." in found
            )


def _by_class(regions: Mapping[str, list[str]]) -> dict[str, str]:
    """Class → the positions of its regions in the list, as text; `*` for all of them."""
    names = sorted({name for found in regions.values() for name in found})

    def where(name: str) -> str:
        indexes = [str(index) for index, found in enumerate(regions.values()) if name in found]
        return "*" if len(indexes) == len(regions) else ",".join(indexes)

    return {name: where(name) for name in names}


def _version_order(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _one_entry_a_line(value: object) -> str:
    """JSON that diffs well."""
    return json.dumps(value, indent=1) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        Path(FILE).write_text(build())
    else:
        sys.exit("usage: python -m tests.contracts.aws_catalogue --write")

"""Names that a program leaves out: made up once, and kept from then on.

The rules are those of the official plug-in: logical name, a dash, seven hexadecimal digits. What AWS restricts further
(length, case, a prefix) is in the tables here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from embedded.aws_plugin.mapping.nodes import Node
from embedded.aws_plugin.values import Props, Value

DEFAULTS_KEY: Final = "__defaults"  # in the inputs: the properties that the plug-in, not the program, has chosen

_SUFFIX_LENGTH = 8
_DEFAULT_MAXIMUM = 255

# Terraform type -> attributes to name that the SDK does not reveal as such
_ALSO_NAMED: Final[dict[str, tuple[str, ...]]] = {
    "aws_db_instance": ("identifier",),
    "aws_rds_cluster": ("cluster_identifier",),
    "aws_rds_cluster_instance": ("identifier",),
    "aws_s3_bucket": ("bucket",),
}
_NEVER_NAMED: Final = frozenset({"aws_autoscaling_attachment", "aws_ec2_tag", "aws_route53_record"})
# they look like names, and refer to something else
_REFERENCES: Final = frozenset(
    {"subnet_id", "vpc_id", "target_vpc_subnet_id", "firewall_domain_list_id", "feature_name"}
)
_MAXIMUM: Final[dict[str, int]] = {
    "aws_alb": 32,
    "aws_alb_target_group": 32,
    "aws_cloudwatch_event_archive": 48,
    "aws_cloudwatch_event_rule": 64,
    "aws_dax_cluster": 20,
    "aws_elasticache_cluster": 50,
    "aws_elasticache_replication_group": 40,
    "aws_elasticsearch_domain": 28,
    "aws_elb": 32,
    "aws_fis_experiment_template": 64,
    "aws_globalaccelerator_accelerator": 64,
    "aws_iam_role": 64,
    "aws_iam_user": 64,
    "aws_lambda_function": 64,
    "aws_lb": 32,
    "aws_lb_target_group": 32,
    "aws_opensearch_domain": 28,
    "aws_s3_bucket": 63,
    "aws_sqs_queue": 80,
    "aws_synthetics_canary": 21,
}
_LOWER_CASE: Final = (
    "aws_dax",
    "aws_db_",
    "aws_dms_",
    "aws_docdb",
    "aws_ecr_repository",
    "aws_elasticache",
    "aws_elasticsearch_domain",
    "aws_memorydb",
    "aws_neptune",
    "aws_opensearch_domain",
    "aws_rds_",
    "aws_redshift",
    "aws_s3_bucket",
    "aws_synthetics_canary",
)
_PREFIX: Final[dict[str, str]] = {"aws_kms_alias": "alias/"}
# a security group whose name begins like its id is refused by AWS
_FORBIDDEN_START: Final[dict[str, tuple[str, str]]] = {"aws_security_group": ("sg-", "group-sg-")}
# a text that AWS requires and never lets one change: Terraform would say "Managed by Terraform"
_DESCRIBED: Final[dict[str, str]] = {
    "aws_db_option_group": "optionGroupDescription",
    "aws_db_parameter_group": "description",
    "aws_db_subnet_group": "description",
    "aws_docdb_subnet_group": "description",
    "aws_elasticache_parameter_group": "description",
    "aws_elasticache_subnet_group": "description",
    "aws_neptune_subnet_group": "description",
    "aws_rds_cluster_parameter_group": "description",
    "aws_redshift_parameter_group": "description",
    "aws_redshift_subnet_group": "description",
    "aws_route53_zone": "comment",
    "aws_security_group": "description",
}
_DESCRIPTION: Final = "Managed by Pulumi"


class Mode(Enum):
    """What the project's `pulumi:autonaming` setting asks for."""

    DEFAULT = auto()
    PROPOSED = auto()
    DISABLED = auto()


@dataclass(frozen=True, slots=True)
class Naming:
    """How to name one resource. `seed` makes the name repeatable within one deployment."""

    logical: str
    seed: bytes = b""
    mode: Mode = Mode.DEFAULT
    proposed: str = ""


def named_attributes(node: Node) -> list[str]:
    """Terraform names of the attributes that are given a name when the program gives none."""
    if node.type in _NEVER_NAMED:
        return []
    found = [
        name
        for name in node.named
        if (name == "name" or name.endswith(("_name", "_id", "identifier"))) and name not in _REFERENCES
    ]
    also = [name for name in _ALSO_NAMED.get(node.type, ()) if name in node.body.attributes and name not in found]
    return found + also


def fill_in(node: Node, inputs: Props, old_inputs: Props, naming: Naming) -> Props:
    """The inputs with names and fixed texts added; what was added is listed under `DEFAULTS_KEY`."""
    out = {key: value for key, value in inputs.items() if key != DEFAULTS_KEY}
    chosen: set[str] = set()
    before = _chosen_before(old_inputs)
    for attribute in named_attributes(node):
        name = node.body.attributes[attribute].pulumi
        if out.get(name) is not None or out.get(f"{name}Prefix") is not None:
            continue
        kept = old_inputs.get(name) if name in before else None
        value = kept if kept is not None else make_name(node.type, out, naming)
        if value is not None:
            out[name] = value
            chosen.add(name)
    if node.type in ("aws_s3_object", "aws_s3_bucket_object") and out.get("key") is None:
        out["key"] = naming.logical
        chosen.add("key")
    described = _DESCRIBED.get(node.type)
    if described and out.get(described) is None:
        out[described] = _DESCRIPTION
        chosen.add(described)
    out[DEFAULTS_KEY] = [*sorted(chosen)]
    return out


def make_name(type_name: str, inputs: Props, naming: Naming) -> str | None:
    """A new name; None if the project wants none to be made up."""
    if naming.mode is Mode.DISABLED:
        return None
    ending = ".fifo" if inputs.get("fifoQueue") is True or inputs.get("fifoTopic") is True else ""
    if naming.mode is Mode.PROPOSED and naming.proposed:
        return naming.proposed + ending
    source = random.Random(naming.seed) if naming.seed else random.SystemRandom()
    digits = "".join(source.choice("0123456789abcdef") for _ in range(_SUFFIX_LENGTH - 1))
    base = naming.logical.lower() if type_name.startswith(_LOWER_CASE) else naming.logical
    forbidden, replacement = _FORBIDDEN_START.get(type_name, ("", ""))
    if forbidden and base.lower().startswith(forbidden):
        base = replacement + base[len(forbidden) :]
    base = _PREFIX.get(type_name, "") + base
    room = _MAXIMUM.get(type_name, _DEFAULT_MAXIMUM) - _SUFFIX_LENGTH - len(ending)
    return f"{base[:room].rstrip('-')}-{digits}{ending}"


def has_fixed_name(node: Node, inputs: Props, old: Props) -> bool:
    """Whether the program itself chose a name that a replacement would share with what it replaces."""
    chosen = _chosen_before(inputs)
    names = [node.body.attributes[attribute].pulumi for attribute in named_attributes(node)]
    return any(
        name not in chosen and inputs.get(name) is not None and inputs.get(name) == old.get(name) for name in names
    )


def _chosen_before(inputs: Props) -> set[Value]:
    listed = inputs.get(DEFAULTS_KEY)
    return {item for item in listed if isinstance(item, str)} if isinstance(listed, list) else set()

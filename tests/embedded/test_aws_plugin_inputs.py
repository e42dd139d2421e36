"""Secrets stay secret, missing and unsupported inputs are named, the endpoint is set: without any process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from embedded.aws_plugin import paths, settings
from embedded.aws_plugin.errors import Problem
from embedded.aws_plugin.inputs import missing, unsupported
from embedded.aws_plugin.mapping.nodes import Attribute, Block, NestedBlock, Nesting, Node
from embedded.aws_plugin.mapping.pairing import TypeChooser, camel, loose, pair, snake
from embedded.aws_plugin.report import REPORT_FILE, Finding, Reporter
from embedded.aws_plugin.secrecy import mark, redact, secret_texts, sensitive_texts
from embedded.aws_plugin.state import STATE_KEY, outputs, recorded
from embedded.aws_plugin.terraform import State, pack, unpack
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, reveal_all


def text(name: str, flags: str = "o") -> Attribute:
    return Attribute(name, camel(name), "string", flags)


RULE = NestedBlock("rule", "rules", Nesting.LIST, Block({"port": text("port", "r"), "to": text("to")}), minimum=1)
ONE = NestedBlock("logging", "logging", Nesting.LIST, Block({"target_bucket": text("target_bucket", "r")}), True)
NODE = Node(
    "aws:s3/bucket:Bucket",
    "aws_s3_bucket",
    Block(
        {"name": text("name", "r"), "tags": Attribute("tags", "tags", ["map", "string"], "o"), "pw": text("pw", "os")},
        {"rule": RULE, "logging": ONE},
        ("region", "newer"),
    ),
)


# ---------------------------------------------------------------- inputs


def test_missing_inputs_are_named_in_pulumis_words() -> None:
    assert missing(NODE.body, {}) == ["name", "rules"]
    given = {"name": UNKNOWN, "rules": [{"port": "1"}, {}], "logging": {}}
    assert missing(NODE.body, given) == ["rules[1].port", "logging.targetBucket"]


def test_inputs_without_a_place_are_named_at_any_depth() -> None:
    given = {"region": "x", "newer": 1, "rules": [{"port": "1", "extra": True}], "tags": {"any": "key"}, "__x": 1}
    assert unsupported(NODE, given) == ["newer", "rules[0].extra"]


@pytest.mark.parametrize("value", [None, [], {}])
def test_input_without_a_place_is_no_matter_when_it_says_nothing(value: Any) -> None:
    assert unsupported(NODE, {"newer": value}) == []


def test_input_without_a_place_is_no_matter_when_it_is_what_aws_does_anyway() -> None:
    assert unsupported(NODE, {"bucketNamespace": "global"}) == []
    assert unsupported(NODE, {"bucketNamespace": "account-regional"}) == ["bucketNamespace"]


def test_finding_is_written_once_when_it_is_found_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REPORT_FILE, str(tmp_path / "report"))
    reporter = Reporter()
    for _ in range(2):
        reporter.warn(Finding("input-not-supported", "urn:x", "t", "p", "m"))
    lines = (tmp_path / "report").read_text().splitlines()
    assert [json.loads(line)["property"] for line in lines] == ["p"]


# ---------------------------------------------------------------- secrets


def test_output_is_secret_where_its_input_is() -> None:
    given = {"a": Secret("x"), "b": {"c": Secret("yes"), "d": "open"}, "l": [Secret("z"), "w"]}
    made = mark({"a": "x", "b": {"c": "yes", "d": "open"}, "l": ["z", "w"], "id": "i"}, given)
    assert made == {"a": Secret("x"), "b": {"c": Secret("yes"), "d": "open"}, "l": Secret(["z", "w"]), "id": "i"}


def test_output_is_secret_when_it_repeats_a_secret_elsewhere() -> None:
    made = mark({"tagsAll": {"k": "hunter2"}, "url": "x://u:hunter2-long@h", "short": "no"}, {"p": Secret("hunter2")})
    assert made["tagsAll"] == {"k": Secret("hunter2")}
    assert mark({"url": "x://hunter2-long@h"}, {"p": Secret("hunter2-long")})["url"] == Secret("x://hunter2-long@h")
    assert mark({"short": "no"}, {"p": Secret("no")}) == {"short": "no"}


def test_secret_never_hides_within_another() -> None:
    assert mark({"a": {"b": Secret("x")}}, {"a": Secret({"b": "x"})}) == {"a": Secret({"b": "x"})}


def test_message_has_no_secret_and_no_sensitive_value() -> None:
    hidden = secret_texts({"p": Secret(["abcdef", {"k": "abcdef-long"}])}) | sensitive_texts(
        NODE.body, {"pw": "sensitive"}
    )
    assert redact("abcdef-long, abcdef and sensitive: refused", hidden) == "[secret], [secret] and [secret]: refused"


def test_terraform_state_is_kept_in_one_secret_output() -> None:
    state = State({"name": "n", "pw": "p4ssw0rd", "tags": None, "rule": [], "logging": []}, b"\x00\xff")
    out = outputs(NODE, state, {"newer": 7}, "eu-west-1")
    assert out["pw"] == Secret("p4ssw0rd")
    assert out["region"] == "eu-west-1"
    assert out["newer"] == 7
    assert isinstance(out[STATE_KEY], Secret)
    back = recorded(reveal_all(out))
    assert back is not None
    assert (back.state, back.region) == (state, "eu-west-1")
    assert STATE_KEY not in outputs(NODE, state, {}, "eu-west-1", preview=True)
    assert recorded({"name": "n"}) is None


def test_write_only_input_is_a_secret_output() -> None:
    node = Node("t", "aws_t", Block({"pw_wo": text("pw_wo", "ow")}))
    assert outputs(node, State({"pw_wo": None}), {"pwWo": "x"}, "r")["pwWo"] == Secret("x")


# ---------------------------------------------------------------- paths and names


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a.b[0].c", ["a", "b", 0, "c"]),
        ('tags["a.b"]', ["tags", "a.b"]),
        ("rules[*].id", ["rules", "*", "id"]),
        ('["x"].y', ["x", "y"]),
    ],
)
def test_path_is_parsed_into_its_steps(path: str, steps: list) -> None:
    assert paths.parse(path) == steps


def test_pattern_covers_what_is_at_and_below_it() -> None:
    assert paths.covers("tags", "tags.team")
    assert paths.covers("rules[*].id", "rules[3].id")
    assert not paths.covers("tags.team", "tags")
    assert not paths.covers("tag", "tags")


def test_ignored_paths_get_their_recorded_value_back() -> None:
    target = {"tags": {"a": "new", "b": "new"}, "rules": [{"p": 1}, {"p": 2}], "extra": 1}
    source = {"tags": {"a": "old"}, "rules": [{"p": 8}, {"p": 9}]}
    for path in ("tags.a", "tags.b", "rules[*].p", "extra"):
        paths.restore(target, source, path)
    assert target == {"tags": {"a": "old"}, "rules": [{"p": 8}, {"p": 9}]}


def test_terraform_path_reads_as_the_program_wrote_it() -> None:
    assert paths.from_terraform(NODE.body, ("rule", 0, "port")) == "rules[0].port"
    assert paths.from_terraform(NODE.body, ("logging", 0, "target_bucket")) == "logging.targetBucket"
    assert paths.from_terraform(NODE.body, ("tags", "a.b")) == 'tags["a.b"]'


def test_names_are_paired_from_the_surest_to_the_loosest() -> None:
    paired, left = pair(
        ["subnet_ids", "rule", "policy", "filename", "new_one"],
        ["subnetIds", "rules", "policies", "name", "sdkOnly"],
        {"rule", "policy"},
        "aws_x",
    )
    assert paired == {
        "subnet_ids": "subnetIds",
        "rule": "rules",
        "policy": "policies",
        "filename": "name",
        "new_one": "newOne",
    }
    assert left == ("sdkOnly",)


def test_pairing_by_hand_wins() -> None:
    assert pair(["function_name", "name"], ["name", "functionName"], set(), "aws_lambda_function")[0] == {
        "function_name": "name",
        "name": "functionName",
    }


@pytest.mark.parametrize(("one", "many"), [("entry", "entries"), ("address", "addresses"), ("index", "indexes")])
def test_loose_names_forget_the_plural(one: str, many: str) -> None:
    assert loose(one) == loose(many)


def test_camel_and_snake_are_inverse() -> None:
    assert snake(camel("vpc_security_group_ids")) == "vpc_security_group_ids"


def test_type_is_chosen_by_name_and_likeness() -> None:
    chooser = TypeChooser(
        {"aws_sqs_queue": {"delay", "size"}, "aws_queue": {"other"}, "aws_vpc": {"cidrblock"}},
        {"aws:x/odd:Odd": "aws_vpc"},
    )
    assert chooser.choose("aws:sqs/queue:Queue", ["delay", "size"]) == "aws_sqs_queue"
    assert chooser.choose("aws:ec2/vpc:Vpc", ["cidrBlock"]) == "aws_vpc"
    assert chooser.choose("aws:x/odd:Odd", []) == "aws_vpc"
    assert chooser.choose("aws:lambda/resourcePolicy:ResourcePolicy", ["delay", "size"]) is None
    assert chooser.choose("aws:new/thing:Thing", ["nothing", "alike"]) is None


# ---------------------------------------------------------------- provider configuration


PROVIDER = Node(
    "pulumi:providers:aws",
    "provider",
    Block(
        {
            "region": text("region"),
            "access_key": text("access_key"),
            "secret_key": text("secret_key"),
            "profile": text("profile"),
            "max_retries": Attribute("max_retries", "maxRetries", "number", "o"),
            "s3_use_path_style": Attribute("s3_use_path_style", "s3UsePathStyle", "bool", "o"),
            "skip_metadata_api_check": text("skip_metadata_api_check"),
            "skip_region_validation": Attribute("skip_region_validation", "skipRegionValidation", "bool", "o"),
            "skip_credentials_validation": Attribute(
                "skip_credentials_validation", "skipCredentialsValidation", "bool", "o"
            ),
        },
        {
            "endpoints": NestedBlock(
                "endpoints",
                "endpoints",
                Nesting.SET,
                Block({name: text(name) for name in ("s3", "s3control", "s3api", "ec2")}),
            ),
            "default_tags": NestedBlock(
                "default_tags",
                "defaultTags",
                Nesting.LIST,
                Block({"tags": Attribute("tags", "tags", ["map", "string"], "o")}),
                True,
            ),
        },
    ),
)


def test_nothing_is_added_when_no_endpoint_is_set() -> None:
    config, extra = settings.to_terraform(PROVIDER, {"skipRegionValidation": False}, "eu-west-1", {})
    given = {name: value for name, value in config.items() if value not in (None, [])}
    assert given == {"region": "eu-west-1", "skip_region_validation": False}
    assert extra == {}


def test_every_service_points_at_the_endpoint_when_one_is_set() -> None:
    url = "http://127.0.0.1:4566"
    config, extra = settings.to_terraform(PROVIDER, {}, "eu-west-1", {"AWS_ENDPOINT_URL": url})
    assert config["endpoints"] == [
        {"s3": url, "s3control": "http://s3-control.eu-west-1.amazonaws.com", "s3api": None, "ec2": url}
    ]
    assert (config["max_retries"], config["s3_use_path_style"], config["access_key"]) == (3, True, "test")
    assert extra == {"HTTP_PROXY": url, "NO_PROXY": "127.0.0.1,localhost"}


def test_credentials_of_the_environment_are_left_alone_when_an_endpoint_is_set() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "111111111111"}
    config, _ = settings.to_terraform(PROVIDER, {}, "us-east-1", environment)
    assert (config["access_key"], config["secret_key"]) == (None, None)


def test_endpoints_of_the_program_win() -> None:
    given: Props = {"endpoints": [{"s3": "http://here"}]}
    config, extra = settings.to_terraform(PROVIDER, given, "us-east-1", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert config["endpoints"] == [{"s3": "http://here", "s3control": None, "s3api": None, "ec2": None}]
    assert extra == {}


def test_json_text_of_the_engine_becomes_values_and_tags_keep_their_keys() -> None:
    given = {
        "assumeRoles": '[{"role_arn": "a"}]',
        "defaultTags": Secret('{"tags": {"cost_center": "x"}}'),
        "profile": "{odd",
        "version": "7.0.0",
    }
    assert settings.from_pulumi(given) == {
        "assumeRoles": [{"roleArn": "a"}],
        "defaultTags": {"tags": {"cost_center": "x"}},
        "profile": "{odd",
    }


@pytest.mark.parametrize(
    ("config", "environment", "region"),
    [
        ({"region": "a"}, {"AWS_REGION": "b"}, "a"),
        ({}, {"AWS_REGION": "b", "AWS_DEFAULT_REGION": "c"}, "b"),
        ({"region": UNKNOWN}, {"AWS_DEFAULT_REGION": "c"}, "c"),
        ({}, {}, "us-east-1"),
    ],
)
def test_region_is_configured_or_from_the_environment(config: dict, environment: dict, region: str) -> None:
    assert settings.region(config, environment) == region


# ---------------------------------------------------------------- Terraform's side


def test_terraform_values_survive_msgpack() -> None:
    value = {"a": UNKNOWN, "b": [1, 2.5, None, "x", True], "c": {"d": UNKNOWN}}
    assert unpack(pack(value)) == value
    assert unpack(b"") is None


def test_problem_says_nothing_twice() -> None:
    assert Problem("Bad value", "Bad value for x\n  here").text() == "Bad value for x here"
    assert Problem("Bad value", "it is odd").text() == "Bad value: it is odd"
    assert Problem("Bad value", "").text() == "Bad value"

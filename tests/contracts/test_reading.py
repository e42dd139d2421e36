"""Reading a stack file and the engine's configuration: lines, duplicates, secrets, everything at once."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.settings import Problem, SettingsError, StackSettings, load, parse
from tests.kit.settings import PROJECT, stack_values, to_config, to_yaml

STACKS = ("dev", "staging", "prod")


@pytest.mark.parametrize("stack", STACKS)
def test_stack_file_is_read_when_it_is_one_of_the_project(stack: str) -> None:
    settings = load(PROJECT / f"Pulumi.{stack}.yaml")
    assert settings.environment == stack
    assert settings.network.address_block == stack


@pytest.mark.parametrize("stack", STACKS)
def test_file_and_configuration_say_the_same_when_they_hold_the_same(stack: str) -> None:
    file = f"Pulumi.{stack}.yaml"
    assert parse(to_config(stack_values(file)), stack=stack) == load(PROJECT / file)


def test_line_is_told_when_a_list_entry_is_wrong(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "availability_zones: [a, b]", "availability_zones: [a, us-west-2b]")
    line = 1 + text[: text.index("us-west-2b")].count("\n")
    (problem,) = problems(tmp_path, text)
    assert problem.where == f"Pulumi.dev.yaml:{line}  atoll:network.availability_zones[1]"


def test_both_lines_are_told_when_a_key_is_there_twice(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "    nat: single\n", "    nat: single\n    nat: none\n")
    line = 1 + text[: text.index("    nat: single")].count("\n")
    assert [str(problem) for problem in problems(tmp_path, text)] == [
        f"Pulumi.dev.yaml:{line + 1}  atoll:network.nat\n"
        f"    found    the key again (first on line {line})\n"
        "    allowed  each key once\n"
        "    fix      remove one of the two"
    ]


def test_the_key_is_refused_when_a_whole_section_is_there_twice(tmp_path: Path) -> None:
    text = edited(
        "Pulumi.dev.yaml", "  atoll:region: us-east-1\n", "  atoll:region: us-east-1\n  atoll:region: us-west-2\n"
    )
    (problem,) = problems(tmp_path, text)
    assert (problem.path, problem.allowed) == ("atoll:region", "each key once")


def test_the_key_is_refused_when_json_says_it_twice() -> None:
    config = to_config(stack_values()) | {"atoll:account": '{"id": "222222222222", "id": "3", "deploy_role": null}'}
    with pytest.raises(SettingsError, match="the key again"):
        parse(config, stack="dev")


def test_every_problem_is_told_when_there_are_many_of_every_sort(tmp_path: Path) -> None:
    text = (
        (PROJECT / "Pulumi.dev.yaml")
        .read_text()
        .replace("    nat: single\n", "    nat: single\n    nat: none\n")
        .replace('    id: "222222222222"', "    id: 222")
        .replace("cpu: 256, memory: 512, path: /users", "cpu: 256, memory: 700, path: /users")
        .replace("  atoll:tags:", "  atoll:tagz: {}\n  atoll:tags:")
        .replace("    username: dbadmin", "    username: dbadmin\n    password: hunter2")
    )
    found = problems(tmp_path, text)
    assert [problem.path for problem in found] == [
        "atoll:account.id",
        "atoll:tagz",
        "atoll:network.nat",
        "atoll:ecs.services.user.memory",
        "atoll:database.password",
    ]
    assert [problem.line for problem in found] == sorted(problem.line or 0 for problem in found)


def test_headline_counts_when_problems_are_told(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "nat: single", "nat: double").replace("web_acl: false", "web_acl: no")
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, text))
    message = str(caught.value)
    assert message.startswith("Pulumi.dev.yaml is refused, 2 problems:\n\nPulumi.dev.yaml:")
    assert "pydantic" not in message
    assert "http" not in message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("atoll:database.password", "hunter2"),
        ("atoll:edge.apiToken", "abc"),
        ("atoll:tags.owner", "AKIA" + "Q" * 16),
        ("aws:secretKey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ],
)
def test_value_is_hidden_when_a_secret_stands_in_clear(tmp_path: Path, key: str, value: str) -> None:
    values: dict[str, Any] = {f"atoll:{name}": section for name, section in copy.deepcopy(stack_values()).items()}
    section, _, name = key.partition(".")
    if name:
        values[section][name] = value
    else:
        values[section] = value
    text = to_yaml({key.removeprefix("atoll:"): item for key, item in values.items()}).replace("atoll:aws:", "aws:")
    (problem,) = problems(tmp_path, text)
    assert problem.path == key
    assert problem.value == "(hidden: it may be a secret)"
    assert value not in str(problem)


def test_advice_is_to_encrypt_when_a_plug_in_is_given_a_secret(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "config:\n", "config:\n  aws:secretKey: hunter2\n")
    (problem,) = problems(tmp_path, text)
    assert problem.allowed == "an encrypted value (secure: …)"
    assert problem.fix.startswith("pulumi config set --secret --path 'aws:secretKey'")


def test_value_is_accepted_when_a_plug_in_is_given_an_encrypted_secret(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "config:\n", "config:\n  aws:secretKey:\n    secure: v1:abc:def\n")
    assert load(written(tmp_path, text)).environment == "dev"


def test_value_is_refused_when_a_plain_setting_is_encrypted(tmp_path: Path) -> None:
    text = edited("Pulumi.dev.yaml", "    owner: platform-team", "    owner: {secure: v1:abc:def}")
    (problem,) = problems(tmp_path, text)
    assert (problem.value, problem.allowed) == ("an encrypted value", "a plain value: this setting is no secret")


def test_decrypted_value_is_hidden_when_the_engine_names_its_key() -> None:
    config = to_config(stack_values()) | {"atoll:region": "my-own-secret"}
    with pytest.raises(SettingsError) as caught:
        parse(config, stack="dev", secret_keys=["atoll:region"])
    assert "my-own-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "extra", ["encryptionsalt: v1:YIXNy/r9q+Y=:v1:luVa13QASADiwjIX:14qf", "secretsprovider: awskms://x"]
)
def test_file_is_accepted_when_pulumi_adds_its_own_keys(tmp_path: Path, extra: str) -> None:
    text = "\n".join(
        line for line in file_text("Pulumi.dev.yaml").splitlines() if not line.startswith("encryptionsalt")
    )
    assert load(written(tmp_path, f"{text}\n{extra}\n")).environment == "dev"


def test_setting_is_refused_when_it_stands_outside_config(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, file_text("Pulumi.dev.yaml") + "\nregion: us-east-1\n")
    assert problem.fix == "settings stand below config:, as atoll:region"


def test_namespace_is_suggested_when_it_is_misspelt(tmp_path: Path) -> None:
    found = problems(tmp_path, edited("Pulumi.dev.yaml", "  atoll:network:", "  attol:network:"))
    assert {problem.fix for problem in found} == {"did you mean atoll:network?", "add atoll:network: below config:"}


def test_stack_files_are_listed_when_the_file_does_not_exist(tmp_path: Path) -> None:
    written(tmp_path, "config: {}")
    with pytest.raises(SettingsError, match=r"stack files here: Pulumi\.dev\.yaml"):
        load(tmp_path / "Pulumi.dve.yaml")


def test_line_is_told_when_yaml_cannot_be_read(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "config:\n  a: [1,\n  b: 2\n")
    assert problem.line is not None
    assert problem.line >= 2
    assert problem.fix == "correct the syntax at this line"


@pytest.mark.parametrize("depth", [200, 100_000])
def test_problem_is_told_when_values_are_nested_too_deeply(depth: int) -> None:
    config = to_config(stack_values()) | {"atoll:network": "[" * depth + "]" * depth}
    with pytest.raises(SettingsError, match="a mapping"):
        parse(config, stack="dev")


def test_problem_is_told_when_aliases_multiply(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (problem,) = problems(tmp_path, "\n".join(lines))
    assert problem.value == "more than 20000 values"


def test_zone_letters_follow_the_region_when_prod_moves(tmp_path: Path) -> None:
    """Tables without loss have a witness in the one region that the pair leaves free; it moves the other way."""
    text = edited("Pulumi.prod.yaml", "atoll:region: us-east-1", "atoll:region: us-east-2")
    text = text.replace("witness_region: us-east-2", "witness_region: us-east-1")
    moved, before = load(written(tmp_path, text)), load(PROJECT / "Pulumi.prod.yaml")
    assert moved.network.availability_zones == ("us-east-2a", "us-east-2b", "us-east-2c")
    zones = {"availability_zones", "workload_zones"}
    follows: Any = {
        "region": True,
        "network": zones,
        "shared_services": zones,
        "transit_gateway": {"zones"},
        "tables": {"events": {"witness_region"}},
    }
    assert moved.model_dump(exclude=follows) == before.model_dump(exclude=follows)


def test_stack_is_refused_when_its_file_was_copied_from_another() -> None:
    with pytest.raises(SettingsError) as caught:
        parse(to_config(stack_values("Pulumi.dev.yaml")), stack="organization/atoll/staging")
    assert [problem.path for problem in caught.value.problems] == ["atoll:environment", "atoll:network.address_block"]


def test_version_is_refused_when_its_support_ends_later() -> None:
    config = to_config(stack_values("Pulumi.dev.yaml"))
    parse(config, stack="dev", today=date(2030, 2, 28))
    with pytest.raises(
        SettingsError, match=r"standard support of RDS for PostgreSQL 17 ended on 2030-02-28; the newest is 18"
    ):
        parse(config, stack="dev", today=date(2030, 3, 1))


@pytest.mark.parametrize("region", [["us-east-1"], {"a": 1}, None, 1])
def test_region_is_refused_when_it_is_no_text(tmp_path: Path, region: object) -> None:
    (problem,) = problems(tmp_path, to_yaml(stack_values() | {"region": region}))
    assert (problem.path, problem.allowed.split(":")[0]) == ("atoll:region", "text")


def test_settings_made_in_python_follow_the_rules_too() -> None:
    values = copy.deepcopy(stack_values())
    values["ecs"]["scaling"]["minimum"] = 900
    with pytest.raises(ValueError, match=r"ecs\.scaling\.maximum: .* is refused; allowed: at least minimum \(900\)"):
        StackSettings.model_validate(values)


def file_text(file: str) -> str:
    return (PROJECT / file).read_text(encoding="utf-8")


def edited(file: str, old: str, new: str) -> str:
    """The text of a stack file with one edit, which must apply."""
    text = file_text(file)
    assert text.count(old) >= 1, f"{file} has no {old!r} to change"
    return text.replace(old, new, 1)


def written(folder: Path, text: str) -> Path:
    file = folder / "Pulumi.dev.yaml" if "environment: prod" not in text else folder / "Pulumi.prod.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        load(written(folder, text))
    return caught.value.problems

"""Questions to the registry: what is bound, how old the answer is, and that nothing false is answered (CON-2)."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from console.registry.bundle import Bundle, canonical
from console.registry.cache import Cache
from console.registry.errors import CorruptError, RegistryError, UnreachableError
from console.registry.parameters import PAGE
from console.registry.reading import Registry
from contracts.outputs.service import record_path
from contracts.settings.registry import CONTRACTS_PATH
from tests.console.registry.samples import (
    Clock,
    bundle,
    contract,
    large,
    parameters,
    publish,
    reader,
    ssm,
)

USES = """consumes:
  order/order:
    version: ^1.0.0
    calls: {}
    events: {}
"""


class Silent:
    """A client that does not answer."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error or ReadTimeoutError(endpoint_url="https://ssm")

    def __getattr__(self, name: str) -> Any:
        raise self._error


class Counting:
    """A client that counts its calls."""

    def __init__(self) -> None:
        self._client, self.calls = ssm(), list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._client, name)


def record(contract_id: str, version: str, environment: str = "dev", **changes: Any) -> None:
    values = {
        "schema_version": 1,
        "contract": contract_id,
        "version": version,
        "environment": environment,
        "region": "us-east-1",
        "account_id": "222222222222",
        **changes,
    }
    ssm().put_parameter(
        Name=record_path(environment, "us-east-1", contract_id), Value=json.dumps(values), Type="String", Overwrite=True
    )


def busy() -> Exception:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetParameters")


@pytest.fixture
def published(cloud: None, tmp_path: Path) -> Path:
    for version in ("1.0.0", "1.1.0", "2.0.0", "2.1.0-rc.1"):
        publish(bundle(tmp_path, version=version))
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "version"),
    [("^1.0.0", "1.1.0"), ("~1.0", "1.0.0"), ("*", "2.0.0"), (">=2.1.0-rc.0", "2.1.0-rc.1"), ("^3 || ^1", "1.1.0")],
)
def test_highest_version_of_the_range_is_bound(published: Path, wanted: str, version: str) -> None:
    assert str(reader(published).resolve("order/order", wanted).entry.version) == version


def test_message_lists_what_there_is_when_nothing_satisfies_the_range(published: Path) -> None:
    with pytest.raises(RegistryError) as caught:
        reader(published).resolve("order/order", "^3.0.0")
    assert "no version of order/order satisfies ^3.0.0; published: 2.1.0-rc.1, 2.0.0, 1.1.0, 1.0.0." in str(
        caught.value
    )


def test_message_asks_what_was_meant_when_a_contract_is_not_published(published: Path) -> None:
    with pytest.raises(RegistryError, match=r"order/ordr is not published; did you mean order/order\?"):
        reader(published).resolve("order/ordr", "*")


def test_deployment_record_is_part_of_the_answer_when_asked_for(published: Path) -> None:
    record("order/order", "1.1.0", functions={"OrderProcessing": "arn:aws:lambda:us-east-1:222222222222:function:x"})
    found = reader(published).resolve("order/order", "^1.0.0", environment="dev", region="us-east-1")
    assert found.deployment is not None
    assert found.deployment.version == "1.1.0"
    assert list(found.deployment.functions) == ["OrderProcessing"]
    elsewhere = reader(published).resolve("order/order", "^1.0.0", environment="prod", region="us-east-1")
    assert elsewhere.deployment is None


def test_record_is_refused_when_it_is_none(published: Path) -> None:
    ssm().put_parameter(Name=record_path("dev", "us-east-1", "order/order"), Value="[]", Type="String")
    with pytest.raises(RegistryError, match=r"order/order cannot be read .* atoll stack up order-dev"):
        reader(published).deployment("dev", "us-east-1", "order/order")


def test_consumers_are_newest_releases_and_deployed_versions(published: Path) -> None:
    for contract_id, version in (("shop/cart", "1.0.0"), ("shop/cart", "2.0.0"), ("shop/old", "1.0.0")):
        publish(consumer(published, contract_id, version))
    for version in ("3.0.0", "4.0.0", "5.0.0"):
        uses = version != "5.0.0"
        publish(consumer(published, "shop/left", version) if uses else bundle(published, "shop/left", version))
    record("shop/left", "3.0.0", "prod")
    found = reader(published).consumers("order/order").value
    assert [(use.consumer.id, str(use.consumer.version), str(use.bound), use.deployed) for use in found] == [
        ("shop/cart", "2.0.0", "1.1.0", ()),
        ("shop/left", "3.0.0", "1.1.0", ("prod/us-east-1",)),
        ("shop/old", "1.0.0", "1.1.0", ()),
    ]


def consumer(folder: Path, contract_id: str, version: str) -> Bundle:
    """A contract that uses order/order, whatever of it."""
    one = Bundle.of(contract(folder, contract_id, version))
    values = json.loads(one.content)
    values["contract"]["consumes"] = {"order/order": {"version": "^1.0.0"}}
    return Bundle(one.id, one.version, one.classification, canonical(values))


def test_registry_is_not_asked_again_while_the_answer_is_young(published: Path) -> None:
    clock, client = Clock(), Counting()
    assert reader(published, client=client, clock=clock).resolve("order/order", "*").age_seconds == 0
    asked = list(client.calls)
    clock.seconds += 299
    again = reader(published, client=client, clock=clock).resolve("order/order", "*")
    assert (again.age_seconds, again.unreachable, client.calls) == (299, None, asked)
    clock.seconds += 1
    assert reader(published, client=client, clock=clock).resolve("order/order", "*").age_seconds == 0
    assert len(client.calls) > len(asked)


def test_registry_is_not_asked_for_one_contract_when_all_were_listed_just_now(published: Path) -> None:
    publish(bundle(published, "shop/cart"))
    reader(published).entries()
    found = reader(published, client=Silent()).resolve("order/order", "*")
    assert (found.entry.id, str(found.entry.version)) == ("order/order", "2.0.0")


@pytest.mark.parametrize("error", [None, busy()])
def test_old_answer_says_its_age_and_why_when_the_registry_does_not_answer(
    published: Path, error: Exception | None
) -> None:
    clock = Clock()
    reader(published, clock=clock).resolve("order/order", "*")
    clock.seconds += 86_400
    found = reader(published, client=Silent(error), clock=clock).resolve("order/order", "^1.0.0")
    assert (str(found.entry.version), found.age_seconds) == ("1.1.0", 86_400)
    assert found.unreachable is not None
    assert found.unreachable.startswith(f"cannot list {CONTRACTS_PATH}/order/order in the registry: ")


def test_old_answer_is_not_taken_when_a_fresh_one_is_wanted(published: Path) -> None:
    clock = Clock()
    reader(published, clock=clock).resolve("order/order", "*")
    with pytest.raises(UnreachableError):
        reader(published, client=Silent(), clock=clock, fresh=True).resolve("order/order", "*")


def test_old_answer_is_not_taken_when_access_is_denied(published: Path) -> None:
    clock = Clock()
    reader(published, clock=clock).resolve("order/order", "*")
    clock.seconds += 301
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeParameters")
    with pytest.raises(RegistryError, match="access denied"):
        reader(published, client=Silent(denied), clock=clock).resolve("order/order", "*")


def test_first_question_fails_when_the_registry_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="no answer"):
        reader(tmp_path, client=Silent()).entries()


def test_content_is_never_fetched_twice_when_it_is_known(published: Path) -> None:
    publish(large(bundle(published, "order/big")))
    known = reader(published)
    entries = known.entries().value
    contents = known.contents(entries)
    assert reader(published, client=Silent()).contents(entries) == contents


def test_content_is_fetched_again_when_the_memory_is_damaged(published: Path) -> None:
    known = reader(published)
    entries = known.entries().value
    contents = known.contents(entries)
    [path] = (published / "cache" / "contents").rglob(entries[0].digest)
    path.write_bytes(b"{}")
    assert known.contents(entries) == contents
    assert path.read_bytes() == contents[entries[0].digest]


@pytest.mark.parametrize("where", ["manifest", "part"])
def test_corrupted_parameter_is_an_error_and_nothing_of_it_is_used(cloud: None, tmp_path: Path, where: str) -> None:
    bundled = large(bundle(tmp_path))
    publish(bundled)
    name = bundled.path
    if where == "part":
        pages = ssm().describe_parameters()["Parameters"]
        name = next(one["Name"] for one in pages if "/parts/01-" in one["Name"])
    value = ssm().get_parameter(Name=name)["Parameter"]["Value"]
    wrong = value.replace(bundled.digest, "0" * 64) if where == "manifest" else value[:-4] + "AAAA"
    ssm().put_parameter(Name=name, Value=wrong, Type="String", Overwrite=True, Tier="Advanced")
    known = reader(tmp_path)
    entries = known.entries().value
    with pytest.raises(CorruptError, match="is corrupt"):
        known.contents(entries)
    assert not (tmp_path / "cache" / "contents").exists()


def test_half_written_version_is_invisible(published: Path) -> None:
    names = [
        f"{CONTRACTS_PATH}/order/order/3.0.0/parts/00-aa",
        f"{CONTRACTS_PATH}/order/other",
        "/atoll/contracts/x/y/z",
    ]
    for name in names:
        ssm().put_parameter(Name=name, Value="x", Type="String")
    assert [str(entry.version) for entry in reader(published).entries().value][-1] == "2.1.0-rc.1"
    assert {entry.id for entry in reader(published).entries("order/order").value} == {"order/order"}


class ManyVersions:
    """Parameter Store with five thousand versions of fifty contracts, in pages as AWS gives them."""

    def __init__(self) -> None:
        facts = canonical(
            {"classification": "internal", "digest": "0" * 64, "joint": False, "published": "p", "run": "r"}
        )
        self.all = [
            {"Name": f"{CONTRACTS_PATH}/team/s{n % 50:02}/1.{n // 50}.0", "Description": facts.decode()}
            for n in range(5000)
        ]
        self.pages = 0

    def get_paginator(self, operation: str) -> Any:
        assert operation == "describe_parameters"
        return self

    def paginate(self, *, PaginationConfig: dict[str, int], **_: object) -> Any:  # noqa: N803 - AWS's name
        size = PaginationConfig["PageSize"]
        for at in range(0, len(self.all), size):
            self.pages += 1
            yield {"Parameters": self.all[at : at + size]}

    def get_parameters(self, **_: object) -> Any:
        raise AssertionError("a list needs no values")


def test_five_thousand_versions_are_listed_page_by_page_without_their_values(tmp_path: Path) -> None:
    many = ManyVersions()
    found = reader(tmp_path, client=many).entries().value
    assert (len(found), many.pages) == (5000, 5000 // PAGE)
    assert str(found[-1].version) == "1.99.0"
    assert len(reader(tmp_path, client=Silent()).entries().value) == 5000


def test_files_are_their_owners_alone_and_a_broken_one_counts_as_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.keep_answer("q", [1])
    [path] = (tmp_path / "cache" / "answers").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("{")
    assert cache.answer("q") is None


def test_answer_counts_as_none_when_the_clock_was_set_back(tmp_path: Path) -> None:
    clock = Clock()
    cache = Cache(tmp_path, clock)
    cache.keep_answer("q", [1])
    clock.seconds -= 10
    assert cache.answer("q") is None


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "0" * 63])
def test_no_other_file_is_read_when_a_digest_is_none(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="is no digest"):
        Cache(tmp_path).content(digest)


def test_a_full_disk_costs_the_memory_and_not_the_answer(published: Path) -> None:
    (published / "file").write_text("")
    known = Registry(parameters(), Cache(published / "file" / "cache"), 300)
    assert len(known.entries().value) == 4

"""The registry over the gateway: other accounts, other regions, a killed publisher, a registry that is down (CON-2)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from console.registry.access import cache, registry
from console.registry.connection import Access
from console.registry.errors import RefusedPublicationError, RegistryError
from console.registry.parameters import Parameters
from console.registry.publishing import Publisher
from contracts.settings.registry import CONTRACTS_PATH, KEY_ALIAS
from embedded.cloud import Cloud
from tests.console.registry.samples import HOME_ACCOUNT, REGION, SETTINGS, bundle, large, nothing_against

pytestmark = pytest.mark.embedded
PROJECT = Path(__file__).parents[3]
CONSUMER = "333333333333"
SLOW_PUBLISHER = """
import json, os, sys
from console.registry.connection import Access
from console.registry.publishing import Publisher
from contracts.settings.registry import RegistrySettings
from tests.console.registry.samples import bundle, large, nothing_against
from pathlib import Path

settings, variables, folder = json.loads(sys.stdin.read())
access = Access(RegistrySettings.model_validate(settings), variables)
several = [large(bundle(Path(folder), f"order/{name}")) for name in ("a", "b")]
Publisher(access.publisher()).publish(several, nothing_against)
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    made = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, idle=600)
    yield made
    running = Cloud.running(made.home)
    if running:
        running.stop()


@pytest.fixture
def empty(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The cloud with nothing but the registry's key; this machine remembers nothing."""
    cloud.heal()
    cloud.reset()
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path / "cache"))
    kms = client(cloud, "kms", HOME_ACCOUNT)
    kms.create_alias(AliasName=KEY_ALIAS, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    return cloud


def client(cloud: Cloud, service: str, account: str, region: str = REGION) -> Any:
    variables = cloud.environment(account, region)
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=cloud.url,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def access(cloud: Cloud, account: str = CONSUMER, region: str = "eu-west-1") -> Access:
    """The registry as somebody in another account and region sees it."""
    return Access(SETTINGS, cloud.environment(account, region), generation=account)


def parameter_names(cloud: Cloud, account: str = HOME_ACCOUNT, region: str = REGION) -> list[str]:
    pages = client(cloud, "ssm", account, region).get_paginator("describe_parameters").paginate()
    return [one["Name"] for page in pages for one in page["Parameters"]]


def test_contract_is_found_from_another_account_and_region_through_the_role(empty: Cloud, tmp_path: Path) -> None:
    bundled = large(bundle(tmp_path, classified=True))
    Publisher(access(empty, HOME_ACCOUNT, REGION).publisher()).publish([bundled], nothing_against)
    known = registry(access(empty))
    entry = known.resolve("order/order", "^1.0.0").entry
    assert known.contents([entry]) == {bundled.digest: bundled.content}
    assert parameter_names(empty, CONSUMER) == []
    assert parameter_names(empty, CONSUMER, "eu-west-1") == []
    assumed = [call for call in empty.journal(service="sts", action="AssumeRole") if call.account == CONSUMER]
    assert len(assumed) == 1
    assert {(call.account, call.region) for call in empty.journal(service="ssm", action="GetParameters")} == {
        (HOME_ACCOUNT, REGION)
    }


def test_classified_contract_is_unreadable_without_the_role(empty: Cloud, tmp_path: Path) -> None:
    bundled = bundle(tmp_path, classified=True)
    Publisher(access(empty).publisher()).publish([bundled], nothing_against)
    without_role = Parameters("the registry", lambda: client(empty, "ssm", CONSUMER))
    assert without_role.get(bundled.path) is None
    [told] = client(empty, "ssm", HOME_ACCOUNT).describe_parameters()["Parameters"]
    assert (told["Type"], told["KeyId"]) == ("SecureString", KEY_ALIAS)


def test_error_says_what_to_do_when_the_role_cannot_be_assumed(empty: Cloud) -> None:
    empty.fail(service="sts", action="AssumeRole", error="AccessDenied", status=403)
    with pytest.raises(RegistryError) as caught:
        registry(access(empty)).entries()
    said = str(caught.value)
    assert said.startswith(f"cannot list {CONTRACTS_PATH} in the contract registry of account {HOME_ACCOUNT}")
    assert "registry.trusted_accounts" in said
    assert "embedded" not in said.split("access denied")[0]


def test_old_answer_says_why_when_the_home_region_is_down(empty: Cloud, tmp_path: Path) -> None:
    bundled = bundle(tmp_path)
    Publisher(access(empty).publisher()).publish([bundled], nothing_against)
    asked = access(empty)
    entries = registry(asked).entries().value
    registry(asked).contents(entries)
    empty.fail(region=REGION, service="ssm", error="ServiceUnavailable")
    impatient = Access(SETTINGS.model_copy(update={"staleness_seconds": 0}), asked.variables, generation=CONSUMER)
    found = registry(impatient).resolve("order/order", "*")
    assert found.entry == entries[0]
    assert found.unreachable is not None
    assert "AWS is busy (ServiceUnavailable), also after retries" in found.unreachable
    assert registry(impatient).contents(entries) == {bundled.digest: bundled.content}


def test_retries_hide_that_aws_throttles_now_and_then(empty: Cloud, tmp_path: Path) -> None:
    bundled = large(bundle(tmp_path))
    empty.fail(service="ssm", error="ThrottlingException", status=400, probability=0.3, seed=7)
    Publisher(access(empty).publisher()).publish([bundled], nothing_against)
    known = registry(access(empty))
    assert known.contents(known.entries().value) == {bundled.digest: bundled.content}


@pytest.mark.parametrize("parts", [1, 3])
def test_nothing_is_visible_and_a_rerun_finishes_when_the_publisher_is_killed(
    empty: Cloud, tmp_path: Path, parts: int
) -> None:
    # Every write waits, so that the kill meets the run between two parts.
    empty.fail(service="ssm", action="PutParameter", latency=0.3)
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_PUBLISHER],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "ATOLL_CACHE": str(tmp_path / "cache")},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps([SETTINGS.model_dump(mode="json"), access(empty).variables, str(tmp_path / "of")]))
    process.stdin.close()
    deadline = time.monotonic() + 60
    while len(parameter_names(empty)) < parts and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    process.stderr.close()
    empty.heal()
    left = parameter_names(empty)
    assert len(left) >= parts
    assert all("/parts/" in name for name in left)
    assert registry(access(empty), fresh=True).entries().value == ()
    several = [large(bundle(tmp_path / "of", f"order/{name}")) for name in ("a", "b")]
    assert Publisher(access(empty).publisher()).publish(several, nothing_against).new == tuple(several)
    known = registry(access(empty), fresh=True)
    assert set(known.contents(known.entries().value)) == {one.digest for one in several}
    assert not set(left) & set(parameter_names(empty))


def test_exactly_one_wins_when_two_accounts_publish_at_once(empty: Cloud, tmp_path: Path) -> None:
    mine = [large(bundle(tmp_path / name, classified=name == "b")) for name in ("a", "b")]
    barrier, outcomes = threading.Barrier(2), list[str]()

    def publish(number: int) -> None:
        run = Publisher(access(empty, ("111111111111", CONSUMER)[number]).publisher())
        barrier.wait()
        try:
            run.publish([mine[number]], nothing_against)
            outcomes.append(mine[number].digest)
        except RefusedPublicationError:
            outcomes.append("refused")

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = registry(access(empty))
    [entry] = known.entries().value
    assert sorted(outcomes) == sorted([entry.digest, "refused"])
    [content] = known.contents([entry]).values()
    assert content in {one.content for one in mine}
    assert all(entry.run in name for name in parameter_names(empty) if "/parts/" in name)


def test_memory_is_forgotten_when_the_cloud_begins_another_life(empty: Cloud) -> None:
    other = Access(SETTINGS, access(empty).variables, generation="another")
    assert cache(access(empty)).folder != cache(other).folder


def test_deploy_role_publishes_when_the_stack_has_one(empty: Cloud, tmp_path: Path) -> None:
    deploy = "arn:aws:iam::444444444444:role/AtollDeploy"
    asked = Access(SETTINGS, empty.environment("111111111111", REGION), deploy_role=deploy)
    Publisher(asked.publisher()).publish([bundle(tmp_path)], nothing_against)
    callers = [call.account for call in empty.journal(service="sts", action="AssumeRole")]
    assert callers == ["111111111111", "444444444444"]

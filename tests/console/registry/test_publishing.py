"""Publishing: once and for ever, all or none, whoever else publishes and whatever goes wrong (CON-2)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from console.registry.bundle import Manifest
from console.registry.errors import RefusedPublicationError, RegistryError
from console.registry.publishing import Published
from contracts.settings.registry import CONTRACTS_PATH, DECISIONS_PATH
from tests.console.registry.samples import (
    Clock,
    bundle,
    large,
    names,
    nothing_against,
    parameters,
    publish,
    publisher,
    reader,
    ssm,
    visible,
)

pytestmark = pytest.mark.usefixtures("cloud")
WRITES = 7
"""Of two contracts with two parts each: parts, manifests, decision."""
ORDER = f"{CONTRACTS_PATH}/order/order/1.0.0"


def tags(name: str) -> dict[str, str]:
    found = ssm().list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in found}


class Failing:
    """A client whose nth `put_parameter` fails; the write is done before that or not."""

    def __init__(self, nth: int, error: Exception, *, written: bool = False, then_everything: bool = False) -> None:
        self._client, self._nth, self._error = ssm(), nth, error
        self._written, self._then_everything, self.puts = written, then_everything, 0

    def put_parameter(self, **arguments: Any) -> Any:
        self.puts += 1
        if self.puts == self._nth:
            if self._written:
                self._client.put_parameter(**arguments)
            raise self._error
        return self._client.put_parameter(**arguments)

    def __getattr__(self, name: str) -> Any:
        if self._then_everything and self.puts >= self._nth:
            raise self._error
        return getattr(self._client, name)


def no_answer() -> Exception:
    return EndpointConnectionError(endpoint_url="https://ssm")


def denied() -> Exception:
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not yours"}}, "PutParameter")


def test_contract_is_visible_and_marked_when_published(tmp_path: Path) -> None:
    bundled = bundle(tmp_path)
    assert publish(bundled) == Published((bundled,), ())
    assert visible(tmp_path) == ["order/order 1.0.0"]
    assert names() == {ORDER}
    assert tags(ORDER) == {"atoll:state": "published"}
    told = ssm().describe_parameters()["Parameters"][0]
    assert (told["Tier"], told["Type"]) == ("Standard", "String")


def test_contract_is_encrypted_with_the_registrys_key_when_classified(tmp_path: Path) -> None:
    publish(large(bundle(tmp_path, classified=True)))
    found = ssm().describe_parameters()["Parameters"]
    assert {one["Type"] for one in found} == {"SecureString"}
    assert {one["KeyId"] for one in found} == {"alias/atoll-registry"}


def test_large_contract_is_split_and_read_back_whole(tmp_path: Path) -> None:
    bundled = large(bundle(tmp_path))
    publish(bundled)
    found = {one["Name"]: one for one in ssm().describe_parameters()["Parameters"]}
    parts = sorted(name for name in found if "/parts/" in name)
    assert len(parts) > 2
    assert [name.rsplit("/", 1)[-1][:3] for name in parts] == [f"{n:02}-" for n in range(len(parts))]
    assert {found[name]["Tier"] for name in parts[:-1]} == {"Advanced"}
    assert {tags(name)["atoll:state"] for name in found} == {"published"}
    known = reader(tmp_path)
    [entry] = known.entries().value
    assert known.contents([entry]) == {bundled.digest: bundled.content}


def test_nothing_is_written_when_the_same_content_is_published_again(tmp_path: Path) -> None:
    bundled = bundle(tmp_path)
    publish(bundled)
    before = ssm().describe_parameters()["Parameters"]
    assert publish(bundled) == Published((), (bundled,))
    assert ssm().describe_parameters()["Parameters"] == before


def test_other_content_is_refused_in_one_sentence_when_the_version_is_published(tmp_path: Path) -> None:
    publish(bundle(tmp_path / "a"))
    with pytest.raises(RefusedPublicationError) as caught:
        publish(bundle(tmp_path / "b", classified=True))
    assert "is published since 2026-11-21T10:00:00+00:00 with other content" in str(caught.value)
    assert "raise `version` in its contract.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_is_written_when_the_check_refuses(tmp_path: Path) -> None:
    def refuse(_: object) -> None:
        raise RefusedPublicationError("no")

    with pytest.raises(RefusedPublicationError, match="no"):
        publisher().publish([bundle(tmp_path)], refuse)
    assert names() == set()


def test_several_contracts_become_visible_by_one_decision(tmp_path: Path) -> None:
    several = [bundle(tmp_path, f"order/{name}") for name in ("a", "b", "c")]
    assert publish(*several).new == tuple(several)
    assert visible(tmp_path) == ["order/a 1.0.0", "order/b 1.0.0", "order/c 1.0.0"]
    [decision] = [name for name in names() if name.startswith(DECISIONS_PATH)]
    assert {tags(name)["atoll:state"] for name in names()} == {"published"}
    ssm().put_parameter(Name=decision, Value="aborted", Type="String", Overwrite=True)
    assert visible(tmp_path) == []


@pytest.mark.parametrize("nth", range(1, WRITES + 1))
def test_everything_is_taken_back_when_any_write_fails(tmp_path: Path, nth: int) -> None:
    several = [large(bundle(tmp_path, f"order/{name}"), 12_000) for name in ("a", "b")]
    with pytest.raises(RegistryError, match=r"access denied \(not yours\)"):
        publish(*several, client=Failing(nth, denied()))
    assert [name for name in names() if not name.startswith(DECISIONS_PATH)] == []
    assert visible(tmp_path) == []
    assert publish(*several).new == tuple(several)
    assert visible(tmp_path) == ["order/a 1.0.0", "order/b 1.0.0"]


@pytest.mark.parametrize("count", [1, 2])
def test_publication_succeeds_when_only_the_answer_of_the_last_write_is_lost(tmp_path: Path, count: int) -> None:
    several = [bundle(tmp_path, f"order/{name}") for name in ("a", "b")[:count]]
    last = 1 if count == 1 else count + 1
    assert publish(*several, client=Failing(last, no_answer(), written=True)).new == tuple(several)
    assert len(visible(tmp_path)) == count


def test_message_says_what_is_known_when_the_registry_falls_silent(tmp_path: Path) -> None:
    bundled = bundle(tmp_path)
    with pytest.raises(
        RegistryError, match=r"Whether order/order 1\.0\.0 was published is not known\. Run the command"
    ):
        publish(bundled, client=Failing(1, no_answer(), written=True, then_everything=True))
    assert publish(bundled).already == (bundled,)
    assert tags(ORDER) == {"atoll:state": "published"}


class KilledError(BaseException):
    """Stands for the end of the process: nothing is cleaned up after it."""


def killed_after(writes: int, bundles: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what a run has written when it is killed after some writes."""

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("console.registry.publishing._Run._visible", killed)
        with pytest.raises(KilledError):
            publish(*bundles, client=Failing(writes + 1, no_answer()))


@pytest.mark.parametrize("writes", range(1, WRITES))
def test_rerun_finishes_when_a_run_was_killed_between_its_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    several = [large(bundle(tmp_path, f"order/{name}"), 12_000) for name in ("a", "b")]
    killed_after(writes, several, monkeypatch)
    assert len(names()) == writes
    assert visible(tmp_path) == []
    done = publish(*several)
    assert done.new == tuple(several)
    assert visible(tmp_path) == ["order/a 1.0.0", "order/b 1.0.0"]
    left = [name for name in names() if "/parts/" in name]
    assert {tags(name)["atoll:state"] for name in left} == {"published"}
    known = reader(tmp_path / "again")
    assert set(known.contents(known.entries().value)) == {one.digest for one in several}


def test_other_content_may_be_published_when_a_run_was_killed_before_its_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(2, [bundle(tmp_path / "a", f"order/{name}") for name in ("a", "b")], monkeypatch)
    other = bundle(tmp_path / "b", "order/a", classified=True)
    assert publish(other).new == (other,)
    assert visible(tmp_path) == ["order/a 1.0.0"]


def test_slow_run_is_refused_when_another_took_over_its_version(tmp_path: Path) -> None:
    several = [bundle(tmp_path, f"order/{name}") for name in ("a", "b")]
    slow = publisher()
    decide = slow.decide

    def decide_late(run: str, decision: str) -> str:
        if decision == "committed":
            assert publish(several[0]).new == (several[0],)
        return decide(run, decision)

    slow.decide = decide_late  # type: ignore[method-assign]
    with pytest.raises(RegistryError, match="Another publication took over a version"):
        slow.publish(several, nothing_against)
    assert visible(tmp_path) == ["order/a 1.0.0"]
    assert tags(several[0].path) == {"atoll:state": "published"}


def test_run_waits_before_it_takes_over_what_another_has_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [bundle(tmp_path, f"order/{name}") for name in ("a", "b")]
    killed_after(2, several, monkeypatch)
    clock = Clock()
    publisher(clock=clock).publish(several, nothing_against)
    assert 9 <= sum(clock.slept) <= 11


@pytest.mark.parametrize("remover", ["alive", "killed"])
def test_only_one_run_removes_what_a_killed_run_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remover: str
) -> None:
    several = [bundle(tmp_path, f"order/{name}") for name in ("a", "b")]
    killed_after(1, several, monkeypatch)
    [path] = names()
    dead = Manifest.parse(path, ssm().get_parameter(Name=path)["Parameter"]["Value"]).run
    first, clock = publisher(), Clock()
    with monkeypatch.context() as patch:
        patch.setattr(first.parameters, "delete", lambda _: None)  # it is killed, or slow, right before it deletes
        assert first.decide(dead, "aborted") == "aborted"
        assert first.remove(path, dead)
    assert not publisher().remove(path, dead)
    second = publisher(clock=clock)
    if remover == "alive":
        sleep = clock.sleep

        def meanwhile(seconds: float) -> None:
            sleep(seconds)
            first.parameters.delete(path)

        second.sleep = meanwhile
    assert second.publish([several[0]], nothing_against).new == (several[0],)
    assert (sum(clock.slept) > 10) == (remover == "killed")
    assert visible(tmp_path) == ["order/a 1.0.0"]


@pytest.mark.parametrize("same", [True, False])
def test_exactly_one_wins_when_several_publish_at_once(tmp_path: Path, same: bool) -> None:
    runs = 4
    bundles = [bundle(tmp_path / str(0 if same else n), classified=not same and n % 2 == 1) for n in range(runs)]
    barrier, outcomes = threading.Barrier(runs), list[Published | Exception]()

    def one(mine: Any) -> None:
        try:
            run = publisher()
            barrier.wait()
            outcomes.append(run.publish([mine], nothing_against))
        except RefusedPublicationError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=one, args=(each,)) for each in bundles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [one for one in outcomes if isinstance(one, Published) and one.new]
    assert len(outcomes) == runs
    assert len(won) == 1
    refused = [one for one in outcomes if isinstance(one, RefusedPublicationError)]
    assert len(refused) == (0 if same else 2)
    [text] = parameters().get_many([ORDER]).values()
    assert won[0].new[0].digest in text
    assert names() == {ORDER}

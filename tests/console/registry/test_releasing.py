"""A contract's way into the registry: nothing is written that would break a consumer (CON-2, CON-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.registry import releasing
from console.registry.connection import Access
from console.registry.errors import RefusedPublicationError, RegistryError
from console.registry.judging import order_problem
from console.registry.parameters import Parameters
from console.registry.releasing import check_before_deploy, publish_after_deploy, release
from contracts.services import LoadedContract, Version, load, read
from contracts.services.reading import NAME
from tests.console.registry.samples import SETTINGS, names, ssm, visible
from tests.contracts.services.kit import SAMPLE, edit, sample


@pytest.fixture
def access(cloud: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Access:
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path / "cache"))
    return Access(SETTINGS)


@pytest.fixture
def published(access: Access) -> Access:
    """The registry with the whole sample estate."""
    release(access, read(SAMPLE).contracts, silent)
    return access


def silent(_: str) -> None:
    pass


def changed(tmp_path: Path, contract_id: str, version: str, *edits: tuple[str, str, str]) -> LoadedContract:
    """A contract of the sample with another version and more edits."""
    folder = tmp_path / "services"
    if not folder.exists():
        sample(tmp_path)
    old = load(folder / contract_id / NAME).contract.version
    edit(folder, f"{contract_id}/{NAME}", f"\nversion: {old}\n", f"\nversion: {version}\n")
    for file, before, after in edits:
        edit(folder, f"{contract_id}/{file}", before, after)
    return load(folder / contract_id / NAME)


def without_operation(tmp_path: Path, version: str) -> LoadedContract:
    """user/user without the operation that order/order calls."""
    return changed(
        tmp_path,
        "user/user",
        version,
        (
            "openapi.yaml",
            "/users/{id}:\n    get:\n      operationId: getUser",
            "/people:\n    get:\n      operationId: list",
        ),
        (NAME, "GET /users/{id}:", "GET /people:"),
    )


def test_nothing_is_published_when_a_document_is_malformed(access: Access, tmp_path: Path) -> None:
    """Also of a first version, which is compared with nothing."""
    spoilt = changed(tmp_path, "order/order", "1.3.0", ("orders.graphql", "type Query {", "type Query { gone: Gone"))
    with pytest.raises(RefusedPublicationError) as caught:
        release(access, [spoilt], silent)
    assert "malformed-document\norder/order/orders.graphql" in str(caught.value)
    assert "Unknown type 'Gone'" in str(caught.value)
    assert str(caught.value).endswith("Nothing was published.")
    assert visible(tmp_path) == []


def test_whole_estate_is_published_at_once_when_nothing_is_there(access: Access, tmp_path: Path) -> None:
    done = release(access, read(SAMPLE).contracts, silent)
    assert [bundle.id for bundle in done.new] == [one.contract.id for one in read(SAMPLE).contracts]
    assert len(visible(tmp_path)) == 6
    again = release(access, read(SAMPLE).contracts, silent)
    assert (again.new, len(again.already)) == ((), 6)


def test_version_is_refused_when_it_breaks_a_registered_consumer(published: Access, tmp_path: Path) -> None:
    before = names()
    with pytest.raises(RefusedPublicationError) as caught:
        release(published, [without_operation(tmp_path, "1.1.0")], silent)
    said = str(caught.value)
    assert "order/order" in said
    assert "getUser" in said
    assert said.endswith("Nothing was published. See the changes with: atoll contract diff")
    assert names() == before


def test_breaking_version_is_published_when_no_range_accepts_it(published: Access, tmp_path: Path) -> None:
    done = release(published, [without_operation(tmp_path, "2.0.0")], silent)
    assert [str(bundle) for bundle in done.new] == ["user/user 2.0.0"]


def test_deployment_is_refused_before_it_begins_when_it_could_not_be_published(
    published: Access, tmp_path: Path
) -> None:
    with pytest.raises(RefusedPublicationError, match="getUser"):
        check_before_deploy(published, [without_operation(tmp_path, "1.1.0")], silent)


def test_deployment_is_refused_when_the_version_is_published_with_other_content(
    published: Access, tmp_path: Path
) -> None:
    spoilt = changed(tmp_path, "order/inventory", "1.4.2", (NAME, "in stock, and", "in stock and"))
    with pytest.raises(RefusedPublicationError, match=r"order/inventory 1\.4\.2 is published since .* other content"):
        check_before_deploy(published, [spoilt], silent)


def test_deployment_goes_on_when_nothing_is_new(published: Access) -> None:
    check_before_deploy(published, read(SAMPLE).contracts, silent)


def test_unmet_dependency_is_told_and_not_refused_when_a_contract_is_the_first(access: Access) -> None:
    told: list[str] = []
    release(access, [load(SAMPLE / "order/order" / NAME)], told.append)
    assert "note: order/order 1.2.0 uses user/user ^1.0.0, of which no version is published" in told


@pytest.mark.parametrize(
    ("new", "known", "problem"),
    [
        ("1.0.0", [], None),
        ("1.0.1", ["1.0.0"], None),
        ("1.0.0", ["1.0.0", "2.0.0"], None),
        ("1.4.3", ["1.4.2", "2.0.0"], None),
        ("2.0.0", ["2.0.0-rc.1"], None),
        ("1.4.1", ["1.4.2", "2.0.0"], "it is below 1.4.2, the newest of 1.4: raise it above that"),
        (
            "1.5.0",
            ["1.4.2", "2.0.0"],
            "it is below 2.0.0, the newest, and no 1.5 was ever published: raise it above 2.0.0, or make it a patch of "
            "a published line",
        ),
        ("2.0.0-rc.1", ["2.0.0"], "it is below 2.0.0, the newest of 2.0: raise it above that"),
    ],
)
def test_version_comes_after_the_newest_or_patches_an_older_line(
    new: str, known: list[str], problem: str | None
) -> None:
    assert order_problem(Version.parse(new), map(Version.parse, known)) == problem


def test_downgrade_is_refused_and_nothing_written(published: Access, tmp_path: Path) -> None:
    before = names()
    with pytest.raises(
        RefusedPublicationError, match=r"order/inventory 1\.3\.0 cannot be published: it is below 1\.4\.2"
    ):
        release(published, [changed(tmp_path, "order/inventory", "1.3.0")], silent)
    assert names() == before


def test_message_says_what_is_deployed_and_how_to_go_on_when_publishing_fails(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Denied:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            if name != "put_parameter":
                return getattr(ssm(), name)
            error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, "PutParameter")

    monkeypatch.setattr(Access, "publisher", lambda _: Parameters("the registry", Denied))
    with pytest.raises(RegistryError) as caught:
        publish_after_deploy(access, "inventory-dev", [load(SAMPLE / "order/inventory" / NAME)], silent)
    said = str(caught.value)
    assert said.startswith("inventory-dev is deployed, but order/inventory 1.4.2 is not in the registry")
    assert "access denied" in said
    assert "atoll contract publish --stack inventory-dev" in said
    assert names() == set()


def test_next_question_is_asked_anew_when_something_was_published(published: Access, tmp_path: Path) -> None:
    known = releasing.registry(published)
    assert len(known.entries("order/inventory").value) == 1
    release(published, [changed(tmp_path, "order/inventory", "1.4.3")], silent)
    assert len(releasing.registry(published).entries("order/inventory").value) == 2


def test_contract_is_readable_when_its_runtime_is_out_of_support_since(published: Access) -> None:
    from console.registry.judging import materialised

    known = releasing.registry(published)
    [entry] = known.entries("user/user").value
    with materialised(known, [replace(entry, published="2026-11-21T00:00:00+00:00")]) as [loaded]:
        assert loaded.contract.id == "user/user"
        assert loaded.documents.text("openapi.yaml")

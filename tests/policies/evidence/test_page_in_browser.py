"""The page of evidence as people use it: searched, filtered, light and dark, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.evidence import FORMATS
from tests.policies.evidence.browser import COMMAND, Browser
from tests.policies.evidence.samples import ADVICE, BACKED_UP, ENCRYPTED, SNAPSHOTS, evidence

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.skipif(COMMAND is None, reason="there is no Chromium on PATH"),
]
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(20, 22, 26)"
"""Backgrounds of the page."""
SHOWN = "[...document.querySelectorAll('.control:not([hidden])')].map(each => each.id.slice(2)).sort()"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page") / "evidence.html"
    made.write_text(FORMATS["html"](evidence()), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def page(started: Browser, file: Path) -> Iterator[Browser]:
    started.open(file, "light")
    yield started
    assert started.errors == []


def choose(page: Browser, field: str, value: str) -> list[str]:
    """Type or choose something; the controls that are shown then."""
    page.js(
        f"(() => {{ const field = document.getElementById({field!r}); field.value = {value!r};"
        " field.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    return page.js(SHOWN)


EVERYTHING = sorted([ENCRYPTED, BACKED_UP, SNAPSHOTS, "guardduty-enabled"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", EVERYTHING),
        ("Storage ENCRYPTED", [ENCRYPTED]),
        ("small", [BACKED_UP]),  # the name of a resource
        (ADVICE, [BACKED_UP]),
        ("no such words", []),
    ],
)
def test_controls_are_found_when_all_words_are_in_them(page: Browser, text: str, wanted: list[str]) -> None:
    assert choose(page, "text", text) == wanted
    assert page.js("document.getElementById('none').hidden") is bool(wanted)
    said = page.js("document.getElementById('count').textContent")
    assert said.startswith(f"{len(wanted)} of {len(EVERYTHING)} controls, ")


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("severity", "critical", [SNAPSHOTS]),
        ("verdict", "findings", [ENCRYPTED]),
        ("verdict", "exceptions", [BACKED_UP]),
        ("verdict", "supported", ["guardduty-enabled"]),
        ("framework", "gdpr", None),
    ],
)
def test_controls_are_left_out_when_a_filter_is_chosen(
    page: Browser, field: str, value: str, wanted: list[str] | None
) -> None:
    expected = wanted or sorted(c.control.id for c in evidence("gdpr").controls if c.supports)
    assert choose(page, field, value) == expected
    page.js("document.querySelector('#filters [type=reset]').click()")
    assert page.js(f"new Promise(done => setTimeout(() => done({SHOWN})))") == EVERYTHING


def test_page_is_dark_when_the_system_is_and_the_reader_changes_it(page: Browser, file: Path) -> None:
    background, label = (
        "getComputedStyle(document.body).backgroundColor",
        "document.getElementById('theme').textContent",
    )
    assert (page.js(background), page.js(label)) == (LIGHT, "Dark page")
    page.open(file, "dark")
    assert (page.js(background), page.js(label)) == (DARK, "Light page")
    page.js("document.getElementById('theme').click()")
    assert (page.js(background), page.js(label)) == (LIGHT, "Dark page")


def test_control_is_opened_when_a_requirement_links_to_it(page: Browser) -> None:
    choose(page, "text", "small")
    page.js(f"document.querySelector('a[href=\"#c-{ENCRYPTED}\"]').click()")
    page.js("new Promise(done => setTimeout(done, 50))")
    assert page.js(f"document.getElementById('c-{ENCRYPTED}').closest('details, .control').open")
    assert page.js("document.getElementById('text').value") == ""

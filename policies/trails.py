"""What CloudTrail's trails record, by event selectors of both kinds."""

from __future__ import annotations

from collections.abc import Callable

from graph.values import FrozenList
from policies.readings import Reading
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of, any_of

TRAIL = "aws:cloudtrail/trail:Trail"
OBJECTS = "AWS::S3::Object"


def records_management(trail: Subject) -> Verdict:
    """Whether it records what is done to resources, reading and writing; it does where nobody selects events."""
    return _records(
        trail,
        lambda basic: basic.read("includeManagementEvents", default=True).must_be(True),
        {"eventCategory": "Management"},
        "it selects no management events",
        PASS,
    )


def records_objects(trail: Subject) -> Verdict:
    """Whether it records who reads and writes objects; it does not where nobody says so."""
    missing = "it records no access to objects"
    return _records(trail, _basic_objects, {"eventCategory": "Data", "resources.type": OBJECTS}, missing, Fail(missing))


def _records(
    trail: Subject, basic: Callable[[Block], Verdict], advanced: dict[str, str], missing: str, without: Verdict
) -> Verdict:
    simple, fields = trail.blocks("eventSelectors"), trail.blocks("advancedEventSelectors")
    if simple is None or fields is None:
        return Undecided("eventSelectors" if simple is None else "advancedEventSelectors")
    if not simple and not fields:
        return without
    found = [
        all_of(selector.read("readWriteType", default="All").must_be("All"), basic(selector)) for selector in simple
    ]
    found += [_selects(selector, advanced) for selector in fields]
    return any_of(Fail(missing), *(verdict for verdict in found if not isinstance(verdict, Fail)))


def _basic_objects(selector: Block) -> Verdict:
    resources = selector.blocks("dataResources")
    if resources is None:
        return Undecided(f"{selector.path}.dataResources")
    return any_of(Fail("none"), *(resource.read("type").must_be(OBJECTS) for resource in resources))


def _selects(selector: Block, wanted: dict[str, str]) -> Verdict:
    """All fields that it must have, and no limit to reading or writing alone."""
    fields = selector.blocks("fieldSelectors")
    if fields is None or any(not field.read("field").known for field in fields):
        return Undecided(f"{selector.path}.fieldSelectors")
    given: dict[object, Reading] = {field.read("field").value: field.read("equals") for field in fields}
    if "readOnly" in given or "eventName" in given:
        return Fail("not all")
    unknown = [given[name].undecided() for name in wanted if name in given and not given[name].known]
    if unknown:
        return unknown[0]
    have = all(name in given and given[name].value == FrozenList([value]) for name, value in wanted.items())
    return PASS if have else Fail("others")

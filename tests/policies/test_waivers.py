"""A waiver is one control, one resource, a reason, an owner and an end; anything else fails the check."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from policies.catalogue import controls
from policies.gate import Outcome, judge
from policies.profiles import Profile, ProfileError, parse, profile, profile_name
from policies.run import Broken, Result, Run
from policies.verdicts import Fail, Pass, Undecided
from policies.waivers import Waivers, load, today
from policies.waivers import parse as parse_waivers

TODAY = date(2026, 11, 21)
URN = "urn:pulumi:dev::atoll::aws:rds/instance:Instance::dev-database"
CONTROL = controls()["rds-storage-encrypted"]
GOOD: dict[str, Any] = {
    "control": CONTROL.id,
    "target": URN,
    "reason": "the copy for the migration is thrown away in May",
    "owner": "data-team@example.com",
    "granted": TODAY,
    "expires": TODAY + timedelta(days=90),
}
STRICT = Profile("prod", {}, {})


def _finding(urn: str = URN) -> Result:
    return Result(CONTROL, urn, "dev-database", Fail("storageEncrypted is false, it must be true"))


def test_finding_is_let_through_when_a_waiver_names_it() -> None:
    waivers = parse_waivers({"waivers": [GOOD]}, TODAY)
    assert waivers.problems == ()
    judgement = judge(Run((_finding(),), ()), STRICT, waivers, "dev")
    assert [found.outcome for found in judgement.findings] == [Outcome.WAIVED]
    assert judgement.passes


def test_finding_blocks_when_the_waiver_names_another_resource() -> None:
    waivers = parse_waivers([GOOD], TODAY)
    judgement = judge(Run((_finding(f"{URN}-2"),), ()), STRICT, waivers, "dev")
    assert [found.outcome for found in judgement.findings] == [Outcome.BLOCKS]
    assert judgement.problems == (
        f"rds-storage-encrypted for {URN}: nothing fails there (any more); remove the waiver",
    )


def test_waiver_is_not_unused_when_it_is_another_stacks() -> None:
    judgement = judge(Run((), ()), STRICT, parse_waivers([GOOD], TODAY), "staging")
    assert judgement.passes


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"expires": TODAY - timedelta(days=1), "granted": TODAY - timedelta(days=9)},
            "expires: it ended on 2026-11-20",
        ),
        ({"expires": TODAY + timedelta(days=91)}, "expires: 2027-02-20 is 91 days after it was granted; at most 90"),
        ({"granted": TODAY + timedelta(days=1)}, "granted: 2026-11-22 is after today, 2026-11-21; is the clock right?"),
        ({"expires": TODAY - timedelta(days=1)}, "expires: 2026-11-20 is before it was granted"),
        ({"expires": "soon"}, "expires: soon is no date"),
        ({"target": "*"}, "target: * is not the URN of one resource; patterns are refused"),
        ({"target": URN.replace("dev-database", "*")}, "is not the URN of one resource; patterns are refused"),
        ({"target": URN.replace("dev", "?", 1)}, "is not the URN of one resource; patterns are refused"),
        ({"owner": ""}, "owner: nothing; every waiver has control, target, reason, owner, granted, expires"),
        ({"owner": "somebody"}, "owner: somebody is no e-mail address"),
        ({"control": "rds-storage-encrypt"}, "control: rds-storage-encrypt is no control"),
        ({"reason": "because"}, "reason: say in a sentence why"),
        ({"forever": True}, "forever: no such part of a waiver"),
    ],
)
def test_waiver_holds_nothing_and_fails_the_check_when(change: dict[str, Any], says: str) -> None:
    waivers = parse_waivers([{**GOOD, **change}], TODAY)
    assert waivers.valid == ()
    assert any(says in problem for problem in waivers.problems), waivers.problems
    assert not judge(Run((), ()), STRICT, waivers, "dev").passes


@pytest.mark.parametrize("raw", ["all", {"waivers": "all"}, [None], [["a"]], {"waivers": {"a": 1}}])
def test_waivers_are_refused_when_they_are_no_list_of_them(raw: Any) -> None:
    assert parse_waivers(raw, TODAY).problems


def test_no_waivers_when_there_is_no_file_and_a_problem_when_it_is_no_yaml(tmp_path: Path) -> None:
    assert load(tmp_path / "waivers.yaml", TODAY) == Waivers((), ())
    (tmp_path / "waivers.yaml").write_text("waivers: [\n")
    assert load(tmp_path / "waivers.yaml", TODAY).problems == ("waivers.yaml line 2: it is no YAML",)


def test_today_is_never_before_the_newest_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Yesterday(date):
        @classmethod
        def today(cls) -> date:
            return date(2001, 1, 1)

    monkeypatch.setattr("policies.waivers.date", Yesterday)
    assert today(Path(__file__).parent) > date(2026, 1, 1)
    assert today(tmp_path) == date(2001, 1, 1)


def test_check_fails_when_a_control_raises_whatever_else_it_found() -> None:
    judgement = judge(Run((), (Broken(CONTROL, URN, "KeyError"),)), STRICT, Waivers((), ()), "dev")
    assert judgement.problems == (f"rds-storage-encrypted raised KeyError on {URN}: the check itself has failed",)
    assert not judgement.passes


def test_unknown_blocks_as_a_failure_does() -> None:
    unknown = Result(CONTROL, URN, "dev-database", Undecided("storageEncrypted"))
    assert not judge(Run((unknown,), ()), STRICT, Waivers((), ()), "dev").passes
    assert judge(Run((Result(CONTROL, URN, "dev-database", Pass()),), ()), STRICT, Waivers((), ()), "dev").passes


def test_finding_advises_when_the_profile_gives_a_reason() -> None:
    lenient = Profile("dev", {CONTROL.id: "nothing of worth is kept there"}, {})
    judgement = judge(Run((_finding(),), ()), lenient, Waivers((), ()), "dev")
    assert [(found.outcome, found.why) for found in judgement.findings] == [
        (Outcome.ADVISES, "nothing of worth is kept there")
    ]
    assert judgement.passes


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_profiles_load(name: str) -> None:
    assert profile(name).name == name


def test_production_only_advises_on_nothing() -> None:
    assert profile("prod").advisory == {}


@pytest.mark.parametrize(
    ("environment", "name"),
    [("dev", "dev"), ("env-demo", "dev"), ("prod", "prod"), ("staging", "staging"), ("x", "prod")],
)
def test_environment_is_judged_by_the_profile(environment: str, name: str) -> None:
    assert profile_name(environment) == name


def test_profile_is_refused_with_every_problem_at_once() -> None:
    with pytest.raises(ProfileError) as caught:
        parse(
            "dev", {"advisory": {"no-such": "for good reasons", CONTROL.id: "no"}, "settings": {CONTROL.id: {}}, "x": 1}
        )
    assert str(caught.value).splitlines() == [
        "profiles/dev.yaml is refused:",
        "  advisory.no-such: no such control; `atoll policy list` shows them",
        "  advisory.rds-storage-encrypted: say in a sentence why it does not block in dev",
        "  settings.rds-storage-encrypted: no control of this name has settings",
        "  x: no such part; there are advisory, settings",
    ]

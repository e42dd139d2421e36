"""Evidence says what was seen, what was not, who maps it, and never more than `supports`."""

from __future__ import annotations

import pytest

from policies.catalogue import controls, requirements
from policies.evidence.frameworks import frameworks, natural
from policies.evidence.model import Standing, Status
from policies.evidence.proofs import TEST, proofs, render
from tests.policies.evidence.samples import ADVICE, BACKED_UP, ENCRYPTED, REASON, SNAPSHOTS, evidence, requirement


def test_every_answer_has_its_status_and_words() -> None:
    answers = {answer.name: answer for answer in evidence().control(ENCRYPTED).answers}
    assert {name: answer.status for name, answer in answers.items()} == {
        "kept": Status.PASS,
        "bare": Status.BLOCKS,
        "later": Status.BLOCKS,
        "copy": Status.WAIVED,
        "=1+1": Status.NOT_APPLICABLE,
    }
    assert answers["later"].says == "storageEncrypted is not known before deployment, and unknown is no pass"
    assert [name for name, answer in answers.items() if not answer.proved] == ["later"]
    waiver = answers["copy"].waiver
    assert waiver is not None
    assert (waiver.owner, waiver.expires.isoformat(), waiver.reason) == ("data-team@example.com", "2026-12-01", REASON)
    assert (answers["bare"].source or "").startswith("tests/policies/evidence/samples.py:")


def test_standing_of_a_control_is_the_worst_that_was_seen() -> None:
    found = {c.control.id: c.standing for c in evidence().controls}
    assert found == {
        ENCRYPTED: Standing.FINDINGS,
        BACKED_UP: Standing.EXCEPTIONS,
        SNAPSHOTS: Standing.UNPROVED,
        "guardduty-enabled": Standing.SUPPORTED,
    }


def test_control_that_only_the_account_shows_is_not_proved_here() -> None:
    found = evidence().control(SNAPSHOTS)
    assert (found.standing, found.answers) == (Standing.UNPROVED, ())


def test_requirement_names_its_controls_and_who_maps_them() -> None:
    found = evidence()
    for framework, name, source in {(r.framework, r.id, r.source) for r in requirements(controls()[ENCRYPTED])}:
        entry = requirement(found, framework, name)
        assert (ENCRYPTED, source) in entry.controls
        assert entry.standing is Standing.FINDINGS


def test_requirement_without_a_control_is_told() -> None:
    found = evidence()
    assert requirement(found, "soc2", "CC1.1").standing is Standing.NO_CONTROL
    assert requirement(found, "iso27001", "A.7.4").controls == ()
    section = requirement(found, "pci-dss", "12.3")
    assert (section.standing, section.section) == (Standing.NO_CONTROL, True)


def test_rows_of_the_catalogue_without_a_control_are_told() -> None:
    named = {row for r in evidence().requirements for row in r.unbuilt}
    assert "S3-02" in named
    assert not {row for name in (ENCRYPTED, BACKED_UP, SNAPSHOTS) for row in controls()[name].catalogue} & named


def test_report_is_limited_when_a_framework_is_named() -> None:
    found = evidence("gdpr")
    assert {framework.id for framework in found.chosen} == {r.framework for r in found.requirements} == {"gdpr"}
    assert {s.framework for c in found.controls for s in c.supports} == {"gdpr"}


def test_report_is_refused_when_the_framework_is_unknown() -> None:
    with pytest.raises(LookupError, match="there is no framework hipaa; there are cis, gdpr, iso27001, pci-dss, soc2"):
        evidence("hipaa")


def test_waivers_of_other_stacks_are_left_out() -> None:
    assert [waiver.target.split("::")[0] for waiver in evidence().waivers] == ["urn:pulumi:dev"]


def test_advice_has_the_reason_of_the_profile() -> None:
    found = evidence()
    assert found.advice == ((BACKED_UP, ADVICE),)
    [answer] = found.control(BACKED_UP).answers
    assert (answer.status, answer.why) == (Status.ADVISES, ADVICE)


def test_control_that_raises_is_a_problem_of_the_report() -> None:
    assert any("guardduty-enabled raised KeyError" in problem for problem in evidence(broken=True).problems)


def test_every_mapped_requirement_is_listed() -> None:
    listed = {(framework.id, name) for framework in frameworks().values() for name in framework.requirements}
    assert {(r.framework, r.id) for c in controls().values() for r in requirements(c)} <= listed


def test_lists_have_the_known_length() -> None:
    assert len(frameworks()["iso27001"].requirements) == 93
    assert len(frameworks()["soc2"].requirements) == 61
    assert len(frameworks()["cis"].requirements) == 63
    assert {name for name, framework in frameworks().items() if framework.sections} == {"pci-dss"}


def test_requirements_are_in_their_natural_order() -> None:
    assert sorted(["8.10.1", "A1.1", "8.9", "8.2.10", "8.2.9"], key=natural) == [
        "8.2.9",
        "8.2.10",
        "8.9",
        "8.10.1",
        "A1.1",
    ]


def test_proofs_are_the_mutations_that_pytest_collects() -> None:
    said = f"{TEST}[{ENCRYPTED}: instance storageEncrypted]"
    text = render(["", "tests/other.py::test_it[x: y]", said, "12 tests collected"])
    assert text == f'{{\n "{ENCRYPTED}": [\n  "{ENCRYPTED}: instance storageEncrypted"\n ]\n}}\n'
    assert said.partition("[")[0] == proofs()[ENCRYPTED][0].partition("[")[0]

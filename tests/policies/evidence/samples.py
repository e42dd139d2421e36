"""A small stack with every kind of answer, and names that a careless format would take for markup."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pulumi_aws.rds.instance import Instance

from graph import ResourceGraph
from policies.catalogue import controls
from policies.evidence import Evidence, Subject, build
from policies.evidence.model import RequirementEvidence
from policies.gate import judge
from policies.profiles import Profile
from policies.run import Broken, Result, Run
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict
from policies.waivers import Waiver, Waivers
from tests.kit.recording import record_program

DAY = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
MARKUP = '<img src=x onerror=alert(1)> & "more" \x07'
ENCRYPTED = "rds-storage-encrypted"
BACKED_UP = "rds-backups-kept-long"
SNAPSHOTS = "rds-snapshots-never-public"
REASON = "the copy for the migration is thrown away in May"
ADVICE = "a day of backups is enough where nobody works"
NAMES = ("kept", "bare", "later", "copy", "=1+1", "small")


def graph() -> ResourceGraph:
    def program() -> None:
        for name in NAMES:
            Instance(name, instance_class="db.t4g.micro", storage_encrypted=name == "kept")

    return record_program(program, stack="dev").graph


def waiver(made: ResourceGraph) -> Waiver:
    urn = made.named("copy").urn
    return Waiver(ENCRYPTED, urn, REASON, "data-team@example.com", date(2026, 11, 1), date(2026, 12, 1))


def evidence(*frameworks: str, broken: bool = False, as_of: datetime = DAY) -> Evidence:
    made = graph()
    said: dict[str, Verdict] = {
        "kept": PASS,
        "bare": Fail(f"storageEncrypted is {MARKUP}, it must be true"),
        "later": Undecided("storageEncrypted"),
        "copy": Fail("storageEncrypted is false, it must be true"),
        "=1+1": NotApplicable("it is a replica"),
    }
    encrypted, backed_up, snapshots = (controls()[name] for name in (ENCRYPTED, BACKED_UP, SNAPSHOTS))
    results = [Result(encrypted, made.named(name).urn, name, verdict) for name, verdict in said.items()]
    small = made.named("small").urn
    results.append(Result(backed_up, small, "small", Fail("backupRetentionPeriod is 1, it must be at least 35")))
    root = made.root
    assert root is not None
    guard = controls()["guardduty-enabled"]
    results.append(Result(guard, root.urn, made.stack, PASS))
    done = Run(tuple(results), (Broken(guard, small, "KeyError"),) if broken else ())
    profile = Profile("dev", {BACKED_UP: ADVICE}, {})
    there = waiver(made)
    elsewhere = Waiver(
        ENCRYPTED, there.target.replace(":dev::", ":dev-2::"), REASON, "a@b.cc", there.granted, there.expires
    )
    waivers = Waivers((there, elsewhere), ())
    about = Subject(
        environment="dev",
        profile="dev",
        commit="abc1234",
        as_of=as_of,
        advice=profile.advisory,
        waivers=waivers.valid,
        frameworks=frameworks,
    )
    asked = (encrypted, backed_up, guard, snapshots)
    return build(made, asked, done, judge(done, profile, waivers, "dev"), about)


def requirement(found: Evidence, framework: str, name: str) -> RequirementEvidence:
    return next(r for r in found.requirements if (r.framework, r.id) == (framework, name))


def later() -> datetime:
    return DAY + timedelta(days=1)

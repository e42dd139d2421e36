"""Backup plans copy to another region and keep for 35 days."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of, any_of


class Settings(ControlSettings):
    """How long, and where to."""

    days: int = 35
    """Least retention of every rule and copy."""
    regions: int = 1
    """Other regions; 0 for an environment of one region, whose backups have nowhere to go."""


def check(plan: Subject) -> Verdict:
    """Every rule keeps long enough, for ever where nothing is said; one of them copies elsewhere."""
    rules = plan.blocks("rules")
    if rules is None:
        return Undecided("rules")
    settings: Settings = settings_of(plan.view, CONTROL)
    kept = all_of(*(_kept(rule, settings.days) for rule in rules))
    if settings.regions == 0:
        return kept
    return all_of(
        kept,
        any_of(Fail("none of its rules copies to another region"), *(_copies(plan, r, settings.days) for r in rules)),
    )


def _kept(rule: Block, days: int) -> Verdict:
    after = rule.read("lifecycle.deleteAfter")
    return PASS if after.missing else after.must_be_at_least(days)


def _copies(plan: Subject, rule: Block, days: int) -> Verdict:
    actions = rule.blocks("copyActions")
    if actions is None:
        return Undecided(f"{rule.path}.copyActions")
    elsewhere = [all_of(_elsewhere(plan, action), _kept(action, days)) for action in actions]
    return any_of(*elsewhere) if elsewhere else Fail("none of its rules copies to another region")


def _elsewhere(plan: Subject, action: Block) -> Verdict:
    target = action.read("destinationVaultArn")
    known = target.value.split(":") if isinstance(target.value, str) else []
    regions = [known[3]] if len(known) > 3 else [vault.node.region for vault in plan.referred(target.path)]
    if not regions or not all(isinstance(region, str) for region in (*regions, plan.node.region)):
        return Undecided(f"region of {target.path}")
    return PASS if plan.node.region not in regions else Fail(f"{target.path} is in the same region")


CONTROL = Control(
    id="backup-plan-copies-to-another-region",
    title="Backup plans copy to another region and keep for 35 days",
    severity=Severity.LOW,
    rationale="Backups in the region that is gone are gone with it; damage is often found weeks later.",
    remediation=Remediation(
        summary="Copy to a vault of the peer region, and keep long enough",
        snippet=(
            "rule = {\n"
            '    "rule_name": "daily", "target_vault_name": vault.name, "schedule": "cron(0 5 * * ? *)",\n'
            '    "lifecycle": {"delete_after": 35},\n'
            '    "copy_actions": [{"destination_vault_arn": peer_vault_arn, "lifecycle": {"delete_after": 35}}],\n'
            "}"
        ),
    ),
    catalogue=("BKP-02",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:backup/plan:Plan",),
    check=check,
    looks_around=True,
)

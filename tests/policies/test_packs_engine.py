"""Ways around the gate, tried in the real engine: each is refused at preview, before any resource exists (GOV-1)."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT = Path(__file__).parents[2]
PACK = PROJECT / "policies" / "packs" / "baseline"
PREAMBLE = """
import pulumi
import pulumi_aws as aws
provider = aws.Provider("aws", region="us-east-1", default_tags={"tags": {
    "CostCenter": "x", "DataClassification": "internal", "Environment": "prod", "ManagedBy": "pulumi", "Owner": "x",
    "Platform": "atoll"}})
options = pulumi.ResourceOptions(provider=provider)
role = aws.iam.Role("role", assume_role_policy='{"Statement": []}', opts=options)
"""


def database(encrypted: str, opts: str = "options") -> str:
    """A database whose storage is encrypted or not, as an expression says."""
    return f"""
aws.rds.Instance("database", engine="postgres", engine_version="17.6", instance_class="db.t3.micro",
    storage_encrypted={encrypted}, opts={opts})
"""


@dataclass(frozen=True)
class Attack:
    """A program, and what the pack must say of it."""

    says: str
    program: str
    options: tuple[str, ...] = ()


ATTACKS = {
    "the value is plainly wrong": Attack(
        "rds-storage-encrypted: The storage of database instances is encrypted\n"
        "          storageEncrypted is false, it must be true.",
        database("False"),
    ),
    "the value is not known before deployment": Attack(
        "storageEncrypted is not known before deployment, and unknown is no pass",
        database("role.unique_id.apply(lambda _: False)"),
    ),
    "the value is wrapped in a secret": Attack(
        "storageEncrypted is false, it must be true", database("pulumi.Output.secret(False)")
    ),
    "changes of the value are ignored": Attack(
        "it ignores changes of storageEncrypted",
        database("True", "options.merge(pulumi.ResourceOptions(ignore_changes=['storageEncrypted']))"),
    ),
    "a component hides it": Attack(
        "storageEncrypted is false, it must be true",
        "class Harmless(pulumi.ComponentResource):\n"
        "    def __init__(self):\n"
        "        super().__init__('acme:nothing:ToSee', 'harmless')\n"
        "        hidden = options.merge(pulumi.ResourceOptions(parent=self))\n"
        + "".join(f"        {line}\n" for line in database("False", "hidden").strip().splitlines())
        + "Harmless()\n",
    ),
    "only it is targeted": Attack(
        "storageEncrypted is false, it must be true",
        database("False"),
        ("--target", "urn:pulumi:attack::attacks::aws:rds/instance:Instance::database", "--target-dependents"),
    ),
    "a policy is spelt another way": Attack(
        "its statement 1 allows every action on every resource",
        'aws.iam.RolePolicy("policy", role=role.name, opts=options,\n'
        r"""    policy='{"Statement": {"Effect": "Allow", "NotAction": "\\u0069am:X", "Resource": ["*"]}}')""" + "\n",
    ),
}


@pytest.fixture(scope="module")
def folder(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own, whose stack no file describes: it is judged as production is."""
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "Pulumi.yaml").write_text("name: attacks\nruntime:\n  name: python\n")
    (folder / "__main__.py").write_text("")
    made = session.pulumi(["stack", "init", "attack", "--no-select"], cwd=folder, capture=True)
    assert made.returncode == 0, made.stderr
    return folder


def _run(session: Session, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return session.pulumi([*arguments, "--stack", "attack", "--suppress-progress"], cwd=folder, capture=True)


def _resources(session: Session, folder: Path) -> list[str]:
    state = json.loads(session.pulumi(["stack", "export", "--stack", "attack"], cwd=folder, capture=True).stdout)
    return [resource["urn"] for resource in state["deployment"].get("resources") or []]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_is_made_when(attack: Attack, session: Session, folder: Path) -> None:
    (folder / "__main__.py").write_text(PREAMBLE + attack.program)
    done = _run(session, folder, "up", "--yes", "--policy-pack", str(PACK), *attack.options)
    assert done.returncode != 0, done.stdout
    assert attack.says in done.stdout
    assert _resources(session, folder) == []


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """This project, with a stack file that puts dev into a region that nobody has approved."""
    changed = tmp_path / "project"
    changed.mkdir()
    rooms = "analysis components console contracts embedded graph policies services stacks"
    for part in (*rooms.split(), "Pulumi.yaml", "__main__.py", "pyproject.toml"):
        (changed / part).symlink_to(PROJECT / part)
    settings = (PROJECT / "Pulumi.dev.yaml").read_text()
    (changed / "Pulumi.dev.yaml").write_text(settings.replace("us-east-1", "eu-west-1"))
    return changed


@pytest.mark.parametrize("command", [("policy", "check"), ("stack", "up")], ids=" ".join)
def test_gate_of_the_platform_judges_when_the_pack_is_not_passed_or_switched_off(
    command: tuple[str, str], elsewhere: Path
) -> None:
    """No pack is passed here, and `--policy-pack-config` could disable its policies: the gate reads no such file."""
    home = elsewhere.parent / "home"
    atoll = [str(PROJECT / ".venv" / "bin" / "python"), "-m", "console", *command, "dev"]
    environment = {**os.environ, "ATOLL_HOME": str(home)}
    done = subprocess.run(atoll, cwd=elsewhere, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "it is in eu-west-1; approved are us-east-1, us-west-2" in done.stdout + done.stderr
    assert not home.exists(), "a cloud has been started for what must not be deployed"


def test_preview_finds_nothing_of_what_the_program_does_right(session: Session, folder: Path) -> None:
    (folder / "__main__.py").write_text(
        PREAMBLE + database("True") + "aws.guardduty.Detector('detector', enable=True, opts=options)\n"
    )
    done = _run(session, folder, "preview", "--policy-pack", str(PACK))
    told = done.stdout[done.stdout.find("Policies:") :]
    assert "rds-storage-encrypted" not in told
    assert "versions-in-support" not in told
    assert "guardduty-enabled" not in told

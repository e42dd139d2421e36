"""Builds get no credentials in clear."""

from __future__ import annotations

from contracts.plain_secrets import names_a_secret
from contracts.secret_text import is_secret
from graph.values import Secret, Unknown
from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of


def check(project: Subject) -> Verdict:
    """A variable is plain text where nobody says otherwise. What is found is never shown."""
    variables = project.blocks("environment.environmentVariables")
    if variables is None:
        return Undecided("environment.environmentVariables")
    return all_of(PASS, *(_clean(variable) for variable in variables))


def _clean(variable: Block) -> Verdict:
    kind, name, value = variable.read("type", default="PLAINTEXT"), variable.read("name"), variable.read("value")
    if not kind.known or not name.known:
        return (kind if not kind.known else name).undecided()
    if kind.value != "PLAINTEXT":
        return PASS
    if names_a_secret(str(name.value)) or str(name.value).upper().startswith("AWS_ACCESS_KEY"):
        return Fail(f"{variable.path} sets {name.value} in clear")
    if isinstance(value.value, Secret):
        return Fail(f"{variable.path} holds a secret in clear")
    if isinstance(value.value, Unknown):
        secret = any(names_a_secret(reference.output) for reference in value.value.references)
        return Fail(f"{variable.path} holds a secret of another resource") if secret else value.must_be_set()
    return Fail(f"{variable.path} looks like a secret") if is_secret(str(value.value)) else PASS


CONTROL = Control(
    id="codebuild-without-plain-credentials",
    title="Builds get no credentials in clear",
    severity=Severity.CRITICAL,
    rationale="Everybody who may see the project reads its variables, and builds print them.",
    remediation=Remediation(
        summary="Fetch them from Secrets Manager",
        snippet='variable = {"name": "TOKEN", "type": "SECRETS_MANAGER", "value": "atoll/dev/build:token"}',
    ),
    catalogue=("CB-01",),
    types=("aws:codebuild/project:Project",),
    check=check,
)

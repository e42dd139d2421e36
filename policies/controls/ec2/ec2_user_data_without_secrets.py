"""No secrets in user data."""

from __future__ import annotations

import base64
import binascii
import re

from contracts.plain_secrets import looks_secret, names_a_secret
from graph.values import Secret, Unknown
from policies.control import Control, Remediation, Severity
from policies.instances import INSTANCES, TEMPLATE, TEMPLATES
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

ASSIGNMENT = re.compile(r"""([A-Za-z_][\w-]*)["']?\s*[=:]\s*["']?([^\s"'$`<{(][^\s"']*)""")
"""A name and a literal value, in any of the usual languages; what begins with `$` or a backtick is fetched."""
COMPRESSED = b"\x1f\x8b"


def check(resource: Subject) -> Verdict:
    """There is none where nobody writes any. Looks for names of variables, shapes of keys and random texts."""
    encoded = resource.type == TEMPLATE
    return all_of(
        _clean(resource.read("userData"), encoded=encoded), _clean(resource.read("userDataBase64"), encoded=True)
    )


def _clean(data: Reading, *, encoded: bool) -> Verdict:
    if data.missing:
        return PASS
    if isinstance(data.value, Secret):
        return Fail(f"{data.path} holds a secret")
    if isinstance(data.value, Unknown):
        if encoded or not data.value.parts:
            return data.undecided()
        if any(names_a_secret(reference.output) for reference in data.value.references):
            return Fail(f"{data.path} holds a secret of another resource")
        return _without_secrets(data.path, "".join(part for part in data.value.parts if isinstance(part, str)))
    text = _decoded(str(data.value)) if encoded else str(data.value)
    return _without_secrets(data.path, text) if text is not None else Undecided(f"{data.path} (compressed)")


def _decoded(text: str) -> str | None:
    """The text in Base64; as it is where it is none, and None where it is compressed."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return text
    return None if content.startswith(COMPRESSED) else content.decode("utf-8", errors="replace")


def _without_secrets(path: str, text: str) -> Verdict:
    """Messages say the line, and never the value."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name, _ in ASSIGNMENT.findall(line):
            if names_a_secret(name):
                return Fail(f"line {number} of {path} sets {name} in clear")
        if looks_secret(line):
            return Fail(f"line {number} of {path} looks like a secret")
    return PASS


CONTROL = Control(
    id="ec2-user-data-without-secrets",
    title="No secrets in user data",
    severity=Severity.HIGH,
    rationale="Everybody who may describe the instance, and every process on it, reads its user data.",
    remediation=Remediation(
        summary="Fetch secrets when the instance starts, with its own role",
        snippet='user_data = "PASSWORD=$(aws secretsmanager get-secret-value --secret-id database)"',
    ),
    catalogue=("EC2-19",),
    types=(*TEMPLATES, *INSTANCES),
    check=check,
)

"""State machines write logs."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(machine: Subject) -> Verdict:
    """Nothing is logged where nobody says otherwise."""
    return all_of(
        machine.read("loggingConfiguration.level", default="OFF").must_be_one_of(("ERROR", "ALL")),
        machine.read("loggingConfiguration.logDestination").must_be_set(),
    )


CONTROL = Control(
    id="sfn-state-machine-logged",
    title="State machines write logs",
    severity=Severity.MEDIUM,
    rationale="An execution that failed is forgotten after ninety days, and one of an express machine at once.",
    remediation=Remediation(
        summary="Log errors to a group",
        snippet=(
            "sfn.StateMachine(\n"
            "    name, role_arn=role.arn, definition=definition,\n"
            '    logging_configuration={"level": "ERROR", "log_destination": f"{group_arn}:*"},\n'
            ")"
        ),
    ),
    catalogue=("SFN-01",),
    types=("aws:sfn/stateMachine:StateMachine",),
    check=check,
)

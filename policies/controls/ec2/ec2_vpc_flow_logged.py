"""Flow logs of every VPC tell at least what was refused."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.networks import VPCS
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of, any_of

FLOW_LOG = "aws:ec2/flowLog:FlowLog"


def check(vpc: Subject) -> Verdict:
    """There is no flow log where nobody makes one; one that says what was accepted alone does not count."""
    logs = vpc.companions(FLOW_LOG, "vpcId")
    if not logs.certain:
        return Undecided(f"vpcId of {logs.possible[0]}") if logs.possible else Fail("it has no flow log")
    return any_of(*(_tells(log) for log in logs.certain))


def _tells(log: Subject) -> Verdict:
    return all_of(log.read("trafficType").must_be_one_of(("ALL", "REJECT")), log.read("logDestination").must_be_set())


CONTROL = Control(
    id="ec2-vpc-flow-logged",
    title="Flow logs of every VPC tell at least what was refused",
    severity=Severity.MEDIUM,
    rationale="After an intrusion nobody can say who talked to whom.",
    remediation=Remediation(
        summary="Add a flow log of all traffic",
        snippet='ec2.FlowLog(name, vpc_id=vpc.id, traffic_type="ALL", log_destination=group.arn, iam_role_arn=role)',
    ),
    catalogue=("EC2-02",),
    types=VPCS,
    check=check,
    looks_around=True,
)

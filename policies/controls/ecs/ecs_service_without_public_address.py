"""Services get no public address."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(service: Subject) -> Verdict:
    """They get none where nobody says so."""
    return service.read("networkConfiguration.assignPublicIp", default=False).must_be(False)


CONTROL = Control(
    id="ecs-service-without-public-address",
    title="Services get no public address",
    severity=Severity.HIGH,
    rationale="A task with a public address is reached past the load balancer and its rules.",
    remediation=Remediation(
        summary="Set assign_public_ip to False",
        snippet='ecs.Service(name, network_configuration={"subnets": subnets, "assign_public_ip": False})',
    ),
    catalogue=("ECS-07",),
    types=("aws:ecs/service:Service",),
    check=check,
)

"""The internet reaches approved ports of load balancers alone."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.ports import Ports
from policies.security_groups import GROUP, OWNER, TYPES, Rule, all_rules_of, reached, rules_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of


class Settings(ControlSettings):
    """What may be open."""

    ports: tuple[int, ...] = (80, 443)
    """Ports that the internet may reach, on groups around load balancers."""


BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def check(resource: Subject) -> Verdict:
    """Nothing is admitted where nobody says so. ICMP tells about errors of paths and is approved."""
    rules = rules_of(resource)
    if isinstance(rules, Undecided):
        return rules
    settings: Settings = settings_of(resource.view, CONTROL)
    verdicts = [_approved(resource, rule, settings.ports) for rule in rules]
    if resource.type == GROUP:
        verdicts.append(_together(resource, settings.ports))
    return all_of(PASS, *verdicts)


def _approved(resource: Subject, rule: Rule, approved: tuple[int, ...]) -> Verdict:
    internet = rule.sources.internet()
    if internet is False:
        return PASS
    if isinstance(rule.ports, Undecided):
        return rule.ports
    if rule.ports.icmp:
        return PASS
    if rule.ports.only(*approved):
        owners = _owners(resource)
        elsewhere = Undecided(f"{OWNER}: a group of another stack")
        return all_of(*(_around_balancer(rule, group) for group in owners)) if owners else elsewhere
    if isinstance(internet, Undecided):
        return internet
    allowed = ", ".join(map(str, approved))
    return Fail(f"{rule.name} opens {rule.ports} to the internet; approved are {allowed}")


def _owners(resource: Subject) -> tuple[Subject, ...]:
    if resource.type == GROUP:
        return (resource,)
    return tuple(group for group in resource.referred(OWNER) if group.type == GROUP)


def _around_balancer(rule: Rule, group: Subject) -> Verdict:
    balancers = group.companions(BALANCER, "securityGroups")
    if balancers.certain:
        return PASS
    if balancers.possible:
        return Undecided(f"securityGroups of {balancers.possible[0]}")
    return Fail(f"{rule.name} opens {rule.ports} of {group} to the internet, which is around no load balancer")


def _together(group: Subject, approved: tuple[int, ...]) -> Verdict:
    """Rules that are narrow each."""
    narrow = [rule for rule in all_rules_of(group) if rule.sources.internet() is False]
    ends = {end for rule in narrow if isinstance(rule.ports, Ports) for end in (rule.ports.first, rule.ports.last)}
    ports = reached(narrow, tuple(sorted(ends - set(approved))))
    return Fail(f"its rules together open port {ports[0]} to the internet") if ports else PASS


CONTROL = Control(
    id="ec2-internet-reaches-approved-ports-only",
    title="The internet reaches approved ports of load balancers alone",
    severity=Severity.HIGH,
    rationale="Everything else that is open is found by scanners within minutes.",
    remediation=Remediation(
        summary="Admit the load balancer, and the internet to it alone",
        snippet=(
            "vpc.SecurityGroupIngressRule(\n"
            "    name, security_group_id=application.id, referenced_security_group_id=balancer_group.id,\n"
            '    ip_protocol="tcp", from_port=8080, to_port=8080,\n'
            ")"
        ),
    ),
    catalogue=("EC2-04",),
    settings=Settings,
    types=TYPES,
    check=check,
    looks_around=True,
)

"""Load balancers and their listeners, in both namespaces that the provider has for them."""

from __future__ import annotations

from policies.subject import Block, Subject
from policies.verdicts import Undecided, Verdict, all_of

BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")


def of_application(balancer: Subject) -> bool | Undecided:
    """Whether it is an application load balancer, which is what AWS makes where nobody says."""
    kind = balancer.read("loadBalancerType", default="application")
    return kind.value == "application" if kind.known else kind.undecided()


def internet_facing(balancer: Subject) -> bool | Undecided:
    """Whether it has public addresses, as AWS gives it where nobody says that it is internal."""
    internal = balancer.read("internal", default=False)
    return internal.value not in {True, "true"} if internal.known else internal.undecided()


def redirects(listener: Subject) -> Verdict | None:
    """Whether every default action sends people to HTTPS; None where there is an action that does something else."""
    actions = listener.blocks("defaultActions")
    if actions is None:
        return Undecided("defaultActions")
    if not actions or any(a.read("type").known and a.read("type").value != "redirect" for a in actions):
        return None
    return all_of(*(_to_https(action) for action in actions))


def _to_https(action: Block) -> Verdict:
    """AWS keeps the protocol where a redirect names none."""
    return all_of(
        action.read("type").must_be("redirect"),
        action.read("redirect.protocol", default="#{protocol}").must_be("HTTPS"),
    )

"""The endpoint of clusters is not open to the internet."""

from __future__ import annotations

from graph.values import FrozenList
from policies.control import Control, Remediation, Severity
from policies.internet import addresses
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict


def check(cluster: Subject) -> Verdict:
    """It is public, for everyone, where nobody says otherwise."""
    public = cluster.read("vpcConfig.endpointPublicAccess", default=True)
    if public.known and public.must_be(True) != PASS:
        return PASS
    networks = cluster.read("vpcConfig.publicAccessCidrs", default=FrozenList(["0.0.0.0/0"]))
    internet = addresses(networks).internet()
    if internet is False:
        return PASS
    if isinstance(internet, Undecided):
        return internet
    return (
        Fail(f"{networks.path} is {networks.text()}, which admits the internet") if public.known else public.undecided()
    )


CONTROL = Control(
    id="eks-endpoint-not-public",
    title="The endpoint of clusters is not open to the internet",
    severity=Severity.HIGH,
    rationale="Whoever finds a token, or a hole in Kubernetes, uses it from anywhere.",
    remediation=Remediation(
        summary="Switch the public endpoint off, or name the networks that may use it",
        snippet=(
            'eks.Cluster(\n    name, vpc_config={"endpoint_public_access": False, "endpoint_private_access": True}\n)'
        ),
    ),
    catalogue=("EKS-01",),
    types=("aws:eks/cluster:Cluster",),
    check=check,
)

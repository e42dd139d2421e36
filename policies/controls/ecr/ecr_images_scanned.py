"""Images are scanned when they are pushed."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict, all_of, any_of

REGISTRY = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"


def check(repository: Subject) -> Verdict:
    """Nothing is scanned where nobody says otherwise; the registry's own configuration may scan all."""
    own = repository.read("imageScanningConfiguration.scanOnPush", default=False).must_be(True)
    return any_of(own, *(_scans_all(registry) for registry in repository.view.of_type(REGISTRY)))


def _scans_all(registry: Subject) -> Verdict:
    """Whether a rule of the registry scans every repository by itself."""
    for rule in registry.blocks("rules") or ():
        often = rule.read("scanFrequency").must_be_one_of(("SCAN_ON_PUSH", "CONTINUOUS_SCAN"))
        for each in rule.blocks("repositoryFilters") or ():
            if all_of(often, each.read("filter").must_be("*")) == PASS:
                return PASS
    return Fail(f"{registry} does not scan every repository")


CONTROL = Control(
    id="ecr-images-scanned",
    title="Images are scanned when they are pushed",
    severity=Severity.HIGH,
    rationale="An image with a known hole runs until somebody else finds it.",
    remediation=Remediation(
        summary="Scan on push", snippet='ecr.Repository(name, image_scanning_configuration={"scan_on_push": True})'
    ),
    catalogue=("ECR-01",),
    types=("aws:ecr/repository:Repository",),
    check=check,
    looks_around=True,
)

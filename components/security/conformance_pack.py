"""A conformance pack of AWS Config: the controls of the platform, asked of the account all day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.cfg._inputs import ConformancePackInputParameterArgs
from pulumi_aws.cfg.conformance_pack import ConformancePack as AwsConformancePack

TOKEN = "atoll:security:ConformancePack"
NAME = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,255}")
TEMPLATE_BYTES = 51_200
"""What AWS Config takes of a template in the call."""
ROLE = "AutomationAssumeRole"
"""Parameter of templates that have remediations."""


@dataclass(frozen=True, kw_only=True)
class ConformancePackArgs:
    """Wiring of the conformance packs of one framework in one account and region."""

    templates: Mapping[str, str]
    """Name of each part → its template in YAML, as `atoll policy runtime` writes them."""
    automation_role_arn: pulumi.Input[str] | None = None
    """Role that Systems Manager acts as when it corrects something; templates with remediations need it."""


def check_templates(args: ConformancePackArgs) -> None:
    """Refuse what AWS Config would refuse minutes later.

    Raises:
        ValueError: naming everything that is wrong.
    """
    wrong: list[str] = [] if args.templates else ["there is no template"]
    for name, template in args.templates.items():
        size = len(template.encode())
        if NAME.fullmatch(name) is None:
            wrong.append(f"{name!r} is no name of a pack: letters, digits and hyphens, a letter first")
        if size > TEMPLATE_BYTES:
            wrong.append(f"{name}: the template has {size} bytes, AWS Config takes {TEMPLATE_BYTES}; cut it in parts")
        if _corrects(template) and args.automation_role_arn is None:
            wrong.append(f"{name}: its remediations need automation_role_arn")
    if wrong:
        raise ValueError(f"conformance pack: {'; '.join(wrong)}")


def _corrects(template: str) -> bool:
    return f"Ref: {ROLE}" in template


class ConformancePack(pulumi.ComponentResource):
    """`{name}-<part>` for each part of a framework's conformance pack, rules and remediations together.

    Remediations stand in the template: AWS Config takes none from outside for the rules of a pack. They are started by
    a person unless the template says otherwise. The recorder must be on, and is not made here.
    Costs: USD 0.001 for each evaluation of a rule (the first 100,000 a month), and what the recorder records.
    Errors: ValueError for a name, a size or a missing role that AWS Config would refuse.
    Source: SEC-2, GOV-1; https://docs.aws.amazon.com/config/latest/developerguide/conformance-packs.html
    """

    arns: dict[str, pulumi.Output[str]]
    """Part → ARN of its pack."""

    def __init__(self, name: str, *, args: ConformancePackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make a pack for each template."""
        check_templates(args)
        super().__init__(TOKEN, name, None, opts)
        self.arns = {}
        for part, template in args.templates.items():
            role = args.automation_role_arn
            parameters = (
                [ConformancePackInputParameterArgs(parameter_name=ROLE, parameter_value=role)]
                if role is not None and _corrects(template)
                else None
            )
            pack = AwsConformancePack(
                f"{name}-{part}",
                name=part,
                template_body=template,
                input_parameters=parameters,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.arns[part] = pack.arn
        self.register_outputs({"arns": self.arns})

"""Conformance packs of AWS Config: a pack a part, remediations inside, refused here rather than by AWS."""

from __future__ import annotations

import pytest

from components.security import ConformancePack, ConformancePackArgs
from tests.components.security.samples import inputs_of
from tests.kit import ACCOUNT, record_component

ROLE = f"arn:aws:iam::{ACCOUNT}:role/corrects"
RULES = "Resources:\n  A: {Type: 'AWS::Config::ConfigRule'}\n"
FIXES = f"Parameters:\n  AutomationAssumeRole: {{Type: String}}\n{RULES}    Values: [\n    Ref: AutomationAssumeRole]\n"
PACK = "aws:cfg/conformancePack:ConformancePack"


def test_every_part_is_a_pack_when_recorded() -> None:
    args = ConformancePackArgs(templates={"atoll-soc2": FIXES, "atoll-soc2-2": RULES}, automation_role_arn=ROLE)
    view = record_component(lambda: ConformancePack("dev-soc2", args=args))
    view.assert_children("dev-soc2", {(PACK, "dev-soc2-atoll-soc2"), (PACK, "dev-soc2-atoll-soc2-2")})
    first, second = inputs_of(view, "dev-soc2-atoll-soc2"), inputs_of(view, "dev-soc2-atoll-soc2-2")
    assert (first["name"], first["templateBody"]) == ("atoll-soc2", FIXES)
    [parameter] = first["inputParameters"]
    assert dict(parameter) == {"parameterName": "AutomationAssumeRole", "parameterValue": ROLE}
    assert second["templateBody"] == RULES
    assert "inputParameters" not in second


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (ConformancePackArgs(templates={}), "there is no template"),
        (ConformancePackArgs(templates={"2 of 3": RULES}), "'2 of 3' is no name of a pack"),
        (ConformancePackArgs(templates={"a": "#" * 51_201}), "a: the template has 51201 bytes, AWS Config takes 51200"),
        (ConformancePackArgs(templates={"a": FIXES}), "a: its remediations need automation_role_arn"),
    ],
)
def test_pack_is_refused_when_aws_config_would_refuse_it(args: ConformancePackArgs, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        record_component(lambda: ConformancePack("dev", args=args))

"""Conditions as AWS compares them, and None where a key or value is not known."""

from __future__ import annotations

import pytest

from analysis.iam.conditions import holds
from graph.documents import Condition

CONTEXT = {
    "aws:principalarn": ("arn:aws:iam::111122223333:role/reader",),
    "aws:securetransport": ("true",),
    "s3:prefix": ("data/x",),
    "aws:tagkeys": ("a", "b"),
    "aws:sourceip": ("10.1.2.3",),
    "s3:tlsversion": ("1.2",),
    "aws:currenttime": ("2030-01-01T00:00:00+00:00",),
    "aws:principalaccount": ("111122223333",),
    "sts:externalid": None,
}


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        ("stringequals", "s3:prefix", ("data/x",), True),
        ("stringequals", "s3:prefix", ("data/*",), False),
        ("stringequals", "s3:prefix", ("y", "data/x"), True),
        ("stringlike", "s3:prefix", ("data/*",), True),
        ("stringnotlike", "s3:prefix", ("data/*",), False),
        ("stringnotequals", "s3:prefix", ("y", "z"), True),
        ("stringnotequals", "s3:prefix", ("y", "data/x"), False),
        ("stringequalsignorecase", "s3:prefix", ("DATA/X",), True),
        ("arnlike", "aws:principalarn", ("arn:aws:iam::*:role/*",), True),
        ("arnlike", "aws:principalarn", ("arn:*/reader",), False),
        ("arnequals", "aws:principalarn", ("arn:aws:iam::111122223333:role/writer",), False),
        ("arnnotlike", "aws:principalarn", ("arn:aws:iam::*:role/writer",), True),
        ("bool", "aws:securetransport", ("false",), False),
        ("numericlessthan", "s3:tlsversion", ("1.3",), True),
        ("numericgreaterthanequals", "s3:tlsversion", ("1.3",), False),
        ("dategreaterthan", "aws:currenttime", ("2029-01-01T00:00:00+00:00",), True),
        ("ipaddress", "aws:sourceip", ("10.0.0.0/8",), True),
        ("notipaddress", "aws:sourceip", ("10.0.0.0/8",), False),
        ("forallvalues:stringequals", "aws:tagkeys", ("a", "b", "c"), True),
        ("forallvalues:stringequals", "aws:tagkeys", ("a",), False),
        ("foranyvalue:stringequals", "aws:tagkeys", ("a",), True),
        ("foranyvalue:stringnotequals", "aws:tagkeys", ("a",), True),
        ("stringequals", "sts:externalid", ("x",), False),
        ("stringnotequals", "sts:externalid", ("x",), True),
        ("stringequalsifexists", "sts:externalid", ("x",), True),
        ("forallvalues:stringequals", "sts:externalid", ("x",), True),
        ("foranyvalue:stringequals", "sts:externalid", ("x",), False),
        ("null", "sts:externalid", ("true",), True),
        ("null", "sts:externalid", ("false",), False),
        ("null", "s3:prefix", ("true",), False),
        ("stringequals", "aws:principalaccount", ("${aws:PrincipalAccount}",), True),
        ("stringequals", "aws:principalaccount", ("${aws:ResourceAccount}",), None),
        ("stringequals", "aws:sourcevpce", ("vpce-1",), None),
        ("null", "aws:sourcevpce", ("true",), None),
        ("stringequals", "s3:prefix", ("${urn:pulumi:a::b::c::d#x}",), None),
        ("surelynot", "s3:prefix", ("data/x",), None),
    ],
)
def test_condition_holds_or_not_or_is_decided_later(
    operator: str, key: str, values: tuple[str, ...], expected: bool | None
) -> None:
    assert holds(Condition(operator, key, values), CONTEXT) is expected

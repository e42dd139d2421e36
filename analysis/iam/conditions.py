"""Conditions of a statement against what is known of a request: they hold, they do not, or it is decided later.

IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs. multivalued context keys".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from analysis.iam.matching import covers
from analysis.iam.requests import Context
from graph.documents import Condition, is_open

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9-]+:[^}#]+)\}")
"""A policy variable such as `${aws:PrincipalAccount}`; placeholders of outputs begin with `urn:`."""

Test = Callable[[str, str], bool | None]
"""(value of the policy, value of the request) → whether it holds."""


def holds(condition: Condition, context: Context) -> bool | None:
    """Whether a condition holds; None where it hangs on a key or value that is not known."""
    operator, quantifier, if_exists = _split(condition.operator)
    if condition.key not in context:
        return None
    sent = context[condition.key]
    if operator == "null":
        wanted = any(value.lower() == "true" for value in condition.values)
        return (sent is None) is wanted
    negated = operator in _NEGATED
    if sent is None:
        return negated or if_exists or quantifier == "forallvalues"
    test = _TESTS.get(_NEGATED.get(operator, operator))
    if test is None:
        return None  # an operator that is not known here: never taken for one that holds
    wanted_values = [_filled(value, context) for value in condition.values]
    each = [_any(_test(test, value, got) for value in wanted_values) for got in sent]
    if negated:
        each = [None if one is None else not one for one in each]
        return _any(each) if quantifier == "foranyvalue" else _all(each)
    return _all(each) if quantifier == "forallvalues" else _any(each)


def told(condition: Condition) -> str:
    """A condition in a sentence: `aws:SecureTransport Bool false`."""
    return f"{condition.key} {condition.operator} {' | '.join(condition.values)}"


def _split(operator: str) -> tuple[str, str, bool]:
    """Operator, quantifier and whether it ends in IfExists; all lower case."""
    quantifier, colon, rest = operator.rpartition(":")
    name = rest.removesuffix("ifexists")
    return name, quantifier if colon else "", name != rest


def _filled(value: str, context: Context) -> str | None:
    """A value with its policy variables filled in; None where one is not known."""
    for variable in _VARIABLE.findall(value):
        if variable.startswith("urn:"):
            continue
        found = context.get(variable.split(",")[0].strip().lower())
        if found is None or len(found) != 1:
            return None
        value = value.replace("${" + variable + "}", found[0])
    return value


def _test(test: Test, value: str | None, got: str) -> bool | None:
    return None if value is None else test(value, got)


def _any(each: Iterable[bool | None]) -> bool | None:
    results = list(each)
    return True if True in results else None if None in results else False


def _all(each: Iterable[bool | None]) -> bool | None:
    results = list(each)
    return False if False in results else None if None in results else True


def _equals(value: str, got: str) -> bool | None:
    """Letter by letter: wildcards of the value are letters too."""
    if value == got or not (is_open(value) or is_open(got)):
        return value == got
    return covers(value.replace("*", "\0").replace("?", "\0"), got)


def _arn_like(value: str, got: str) -> bool | None:
    """Each of the six parts by itself: a wildcard does not reach over a colon.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    if "${" in value or "${" in got:
        return covers(value, got)
    wanted, parts = value.split(":", 5), got.split(":", 5)
    if len(wanted) != 6 or len(parts) != 6:
        return value == "*"
    return _all(covers(pattern, part) for pattern, part in zip(wanted, parts, strict=True))


def _number(compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, got: str) -> bool | None:
        try:
            return compare(float(got), float(value))
        except ValueError:
            return None

    return test


def _date(compare: Callable[[float, float], bool]) -> Test:
    def moment(text: str) -> float:
        return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else datetime.fromisoformat(text).timestamp()

    def test(value: str, got: str) -> bool | None:
        try:
            return compare(moment(got), moment(value))
        except ValueError:
            return None

    return test


def _address(value: str, got: str) -> bool | None:
    try:
        return ipaddress.ip_address(got) in ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


_TESTS: Final[dict[str, Test]] = {
    "stringequals": _equals,
    "stringequalsignorecase": lambda value, got: _equals(value.lower(), got.lower()),
    "stringlike": covers,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": lambda value, got: value.lower() == got.lower(),
    "binaryequals": _equals,
    "numericequals": _number(lambda got, value: got == value),
    "numericlessthan": _number(lambda got, value: got < value),
    "numericlessthanequals": _number(lambda got, value: got <= value),
    "numericgreaterthan": _number(lambda got, value: got > value),
    "numericgreaterthanequals": _number(lambda got, value: got >= value),
    "dateequals": _date(lambda got, value: got == value),
    "datelessthan": _date(lambda got, value: got < value),
    "datelessthanequals": _date(lambda got, value: got <= value),
    "dategreaterthan": _date(lambda got, value: got > value),
    "dategreaterthanequals": _date(lambda got, value: got >= value),
    "ipaddress": _address,
}
_NEGATED: Final = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}

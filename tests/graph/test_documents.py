"""Policy documents in one form, whatever spelling the program chose."""

from __future__ import annotations

import json

import pytest

from graph.documents import Statement, Unreadable, is_open, placeholder, read_document
from graph.values import MISSING, UNKNOWN, FrozenMap, Reference, Secret, Unknown, Value

QUEUE = Reference("urn:pulumi:dev::atoll::aws:sqs/queue:Queue::q", "arn")
STATEMENT = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def document(**changes: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, **changes}]}


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(document()),
        json.dumps({"Statement": STATEMENT}),
        FrozenMap(document()),
        FrozenMap(document(Action=["SQS:SendMessage"], Resource=["*"])),
    ],
)
def test_spellings_are_one_when_they_say_the_same(value: Value) -> None:
    assert read_document(value) == (Statement("", True, actions=("sqs:sendmessage",), resources=("*",)),)


def test_output_of_another_resource_stands_as_a_placeholder_when_it_is_in_the_text() -> None:
    before, after = json.dumps(document(Resource="HERE")).split("HERE")
    found = read_document(Unknown((before, QUEUE, after)))
    assert isinstance(found, tuple)
    assert found[0].resources == (placeholder(QUEUE),)
    assert is_open(found[0].resources[0])


@pytest.mark.parametrize("value", [UNKNOWN, Unknown((QUEUE,)), Secret()])
def test_document_is_unknown_when_only_the_dependency_is_known(value: Value) -> None:
    assert read_document(value) is Unreadable.UNKNOWN


@pytest.mark.parametrize("value", [MISSING, None, 7, "{", "[]", '{"Statement": [{"Effect": "Maybe"}]}'])
def test_document_is_malformed_when_it_is_none(value: Value) -> None:
    assert read_document(value) is Unreadable.MALFORMED

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi_aws import ssm

from components.authentication import read_credentials
from graph.values import Secret
from tests.kit import GraphView, record_component

TOKEN = "aws:secretsmanager/getSecretVersion:getSecretVersion"


def record(text: str, seen: dict[str, str] | None = None) -> GraphView:
    def build() -> None:
        credentials = read_credentials("atoll/google")
        for part in ("client_id", "client_secret"):
            value: pulumi.Output[str] = getattr(credentials, part)
            ssm.Parameter(part, type="SecureString", value=value)
            value.apply(lambda text, part=part: (seen if seen is not None else {}).update({part: text}))

    def answer(arguments: Any) -> dict[str, Any]:
        assert arguments["secretId"] == "atoll/google"
        return {"secretString": text, "secretId": "atoll/google"}

    return record_component(build, invokes={TOKEN: answer})


def test_both_parts_are_secret_when_an_entry_is_read() -> None:
    entry, seen = {"client_id": "id-1", "client_secret": "s3cr3t"}, dict[str, str]()
    view = record(json.dumps(entry), seen)

    assert seen == entry
    for part in entry:
        assert isinstance(view.value(part, "value"), Secret)


@pytest.mark.parametrize(
    "text", ["s3cr3t", "[]", "3", '{"client_id": "id-1"}', '{"client_id": "", "client_secret": 5}']
)
def test_entry_is_refused_without_being_shown_when_it_is_no_such_object(text: str) -> None:
    with pytest.raises(Exception, match="secret atoll/google: it is no JSON object") as error:
        record(text)

    assert "s3cr3t" not in str(error.value)

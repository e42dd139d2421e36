"""Helpers of the tests of the execution profile: a cloud that runs things, and small things to run in it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from embedded.cloud import Cloud

CONSUMER, PROVIDER = "111111111111", "222222222222"
REGION = "us-east-1"
T = TypeVar("T")


def client(cloud: Cloud, service: str, account: str = CONSUMER, region: str = REGION, **keys: str) -> Any:
    """A boto3 client in an account of the cloud; other keys act for whom they were minted."""
    credentials = {"aws_access_key_id": account, "aws_secret_access_key": "x"} | keys
    config = Config(retries={"max_attempts": 0}, inject_host_prefix=False)
    return boto3.client(service, endpoint_url=cloud.url, region_name=region, config=config, **credentials)


def until(ask: Callable[[], T | None], within: float = 30.0) -> T:
    """The first answer that says something. Fails after `within` seconds, long past what any test here waits for."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"nothing came within {within:.0f} s")


def bundle(files: dict[str, str]) -> bytes:
    """A deployment archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@dataclass(frozen=True)
class Workshop:
    """Makes small resources in one account of a cloud."""

    cloud: Cloud
    account: str = CONSUMER

    def client(self, service: str, region: str = REGION) -> Any:
        return client(self.cloud, service, self.account, region)

    def function(self, name: str, code: str, **settings: Any) -> str:
        """A Python function with `handler` in its code; answers its ARN."""
        made = self.client("lambda").create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Role": f"arn:aws:iam::{self.account}:role/{name}",
                "Code": {"ZipFile": bundle({"index.py": code})},
                "Timeout": 20,
                **settings,
            }
        )
        return made["FunctionArn"]

    def invoke(self, name: str, event: Any = None) -> Any:
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        return json.loads(answer["Payload"].read())

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        """URL and ARN of a new queue."""
        sqs = self.client("sqs")
        attributes |= {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, arn

    def receive(self, url: str, **options: Any) -> list[dict[str, Any]]:
        told = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], **options}
        return self.client("sqs").receive_message(QueueUrl=url, **told).get("Messages", [])

    def machine(self, name: str, definition: dict[str, Any], kind: str = "STANDARD") -> str:
        made = self.client("stepfunctions").create_state_machine(
            name=name,
            definition=json.dumps(definition),
            roleArn=f"arn:aws:iam::{self.account}:role/{name}",
            type=kind,
        )
        return made["stateMachineArn"]

    def run(self, machine: str, event: Any = None, within: float = 60.0) -> dict[str, Any]:
        """Start an execution and wait for its end."""
        states = self.client("stepfunctions")
        arn = states.start_execution(stateMachineArn=machine, input=json.dumps(event or {}))["executionArn"]
        return until(lambda: ended(states.describe_execution(executionArn=arn)), within)


def ended(execution: dict[str, Any]) -> dict[str, Any] | None:
    """The execution when it no longer runs."""
    return None if execution["status"] == "RUNNING" else execution

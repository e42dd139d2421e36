"""Let a task act in another account, by the role it names."""

from __future__ import annotations

import json
import os
from contextvars import ContextVar
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]

from embedded.emulators.ministack_shims import part

REASON = (
    "A task's Credentials name a role, often of another account, that Step Functions assumes before it calls. "
    "MiniStack ignores them and finds no function of another account. Here the role is assumed and the function "
    "invoked through the gateway, so that both calls are recorded and can be made to fail."
)
responses, stepfunctions = part("core.responses"), part("services.stepfunctions")
_role: ContextVar[str | None] = ContextVar("role", default=None)


def invoke_as(role: str, function: str, event: Any) -> Any:
    """The answer of a function that is invoked in the name of `role`; its failure as Step Functions names it."""
    own = {"aws_access_key_id": responses.get_account_id(), "aws_secret_access_key": "embedded"}
    told = _client("sts", responses.get_region(), own).assume_role(RoleArn=role, RoleSessionName="StepFunctions")
    keys = told["Credentials"]
    assumed = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    lambdas = _client("lambda", function.split(":")[3], assumed)
    answer = lambdas.invoke(FunctionName=function, Payload=json.dumps(event))
    payload: Any = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        raise stepfunctions._ExecutionError(payload.get("errorType", "Lambda.Unknown"), json.dumps(payload))
    return payload


def _client(service: str, region: str, keys: dict[str, Any]) -> Any:
    session: Any = boto3.Session(region_name=region, **keys)
    return session.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"])


def apply() -> None:
    """Note the role of the task that runs, and use it when its function is called."""
    execute, call, resolve = (
        stepfunctions._execute_task,
        stepfunctions._call_lambda,
        stepfunctions._resolve_lambda_function_ref,
    )

    def executing(state: dict[str, Any], *arguments: Any) -> Any:
        credentials: dict[str, str] = state.get("Credentials") or {}
        mark = _role.set(credentials.get("RoleArn"))
        try:
            return execute(state, *arguments)
        finally:
            _role.reset(mark)

    def calling(function: str, event: Any) -> Any:
        role = _role.get()
        if role is None:
            return call(function, event)
        try:
            return invoke_as(role, function, event)
        except stepfunctions._ExecutionError:
            raise
        except Exception as refused:  # whatever the SDK raises fails the task, and its name is what AWS would say
            code = getattr(refused, "response", {}).get("Error", {}).get("Code", type(refused).__name__)
            raise stepfunctions._ExecutionError(f"Lambda.{code}", str(refused)) from refused

    def resolving(value: Any, optimized: bool) -> Any:
        if _role.get() is None:
            return resolve(value, optimized)
        with responses.request_scope(
            value.split(":")[4], value.split(":")[3]
        ):  # the role may be of the function's account
            return resolve(value, optimized)

    stepfunctions._execute_task = executing
    stepfunctions._resolve_lambda_function_ref = resolving
    stepfunctions._call_lambda = calling

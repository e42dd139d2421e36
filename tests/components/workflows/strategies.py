"""Any workflow that its contract allows, and everything that it may call."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from components.workflows import Callee, Callees
from contracts.services.workflows import Workflow

FUNCTIONS = ("ValidateOrder", "FulfillOrder", "AskForApproval")
OPERATIONS = ("order/payment#capturePayment", "order/inventory#reserve")
CALLEES = Callees(
    functions={
        name: Callee(arn=f"arn:aws:lambda:us-east-1:111122223333:function:dev-order-{name}") for name in FUNCTIONS
    },
    operations={
        OPERATIONS[0]: Callee(
            arn="arn:aws:lambda:us-east-1:222222222222:function:dev-payment-capture",
            role_arn="arn:aws:iam::222222222222:role/dev-payment-for-order",
        ),
        OPERATIONS[1]: Callee(arn="arn:aws:lambda:us-east-1:111122223333:function:dev-inventory-reserve"),
    },
)

_ERRORS: tuple[str, ...] = ("States.TaskFailed", "States.Timeout", "PaymentFailedException", "OutOfStock")
_PATHS = st.sampled_from(["$", "$.result", "$.a.b", "$.with-hyphen"])
_FIELDS = st.sampled_from(["size", "total.amount", "a-b.c", "$ref"])
_KINDS = ("task", "approval", "choice", "parallel", "wait", "succeed", "fail")


def _named_errors(draw: st.DrawFn) -> list[list[str]]:
    """Lists of errors as clauses need them: `States.ALL` alone and last."""
    lists: list[list[str]] = draw(
        st.lists(st.lists(st.sampled_from(_ERRORS), min_size=1, max_size=2, unique=True), max_size=2)
    )
    return [*lists, *([["States.ALL"]] if draw(st.booleans()) else [])]


@st.composite
def machines(draw: st.DrawFn, names: list[str], *, express: bool, depth: int = 2) -> dict[str, Any]:
    """States of these names, of which each leads to later ones only, or ends; the first leads to all of them."""
    states: dict[str, Any] = {}
    kinds = [
        kind for kind in _KINDS if not (express and kind == "approval") and not (depth == 0 and kind == "parallel")
    ]
    for index, name in enumerate(names):
        later = names[index + 1 :]
        fitting = [kind for kind in kinds if later or kind != "choice"]
        if later:  # what comes next must be reached by someone
            fitting = [kind for kind in fitting if kind not in {"succeed", "fail"}]
        states[name] = draw(_state(draw(st.sampled_from(fitting)), name, later, express=express, depth=depth))
    return {"start_at": names[0], "states": states}


@st.composite
def _state(draw: st.DrawFn, kind: str, name: str, later: list[str], *, express: bool, depth: int) -> dict[str, Any]:
    state: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        state["comment"] = "why"
    if kind == "task":
        state |= draw(st.sampled_from([{"function": FUNCTIONS[0]}, *({"operation": name} for name in OPERATIONS)]))
        state |= {"timeout_seconds": 9} if draw(st.booleans()) else {}
    elif kind == "approval":
        state |= {"function": FUNCTIONS[2], "timeout_seconds": 60}
    elif kind == "wait":
        state["timeout_seconds"] = draw(st.integers(1, 300))
    elif kind == "fail":
        state |= {"error": "Refused"} | ({"cause": "because"} if draw(st.booleans()) else {})
    elif kind == "parallel":
        count = draw(st.integers(1, 2))
        branches = [
            machines(
                [f"{name}b{index}s{step}" for step in range(draw(st.integers(1, 2)))], express=express, depth=depth - 1
            )
            for index in range(count)
        ]
        state["branches"] = [draw(branch) for branch in branches]
    elif kind == "choice":
        targets = draw(st.lists(st.sampled_from(later), min_size=1, max_size=2))
        state["choices"] = [{"field": draw(_FIELDS), "equals": "x", "next": target} for target in targets]
        state["default"] = later[0]
    if kind in {"task", "approval", "wait", "parallel"}:
        state |= {"next": later[0]} if later else {"end": True}
    if kind in {"task", "parallel"}:
        state["retry"] = [
            {
                "errors": errors,
                "interval_seconds": draw(st.integers(1, 60)),
                "max_attempts": draw(st.integers(0, 5)),
                "backoff_rate": draw(st.floats(1, 10)),
                **({"max_delay_seconds": 61} if draw(st.booleans()) else {}),
            }
            for errors in _named_errors(draw)
        ]
    if kind in {"task", "approval", "parallel"}:
        if later:
            state["catch"] = [
                {"errors": errors, "next": draw(st.sampled_from(later)), "result_path": draw(_PATHS)}
                for errors in _named_errors(draw)
            ]
        if draw(st.booleans()):
            state["result_path"] = draw(_PATHS)
    return state


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    """A workflow of one to five states, with branches up to two deep."""
    express = draw(st.booleans())
    names = [f"S{index}" for index in range(draw(st.integers(1, 5)))]
    values: dict[str, Any] = {
        "kind": "express" if express else "standard",
        "comment": "generated",
        "input": "input.json",
        **draw(machines(names, express=express)),
    }
    if draw(st.booleans()):
        values["timeout_seconds"] = draw(st.integers(1, 300))
    return Workflow.model_validate(values)

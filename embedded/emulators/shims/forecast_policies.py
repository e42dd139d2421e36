"""Predictive policies of Application Auto Scaling."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling import responses
from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

REASON = (
    "moto refuses the policy type PredictiveScaling although its own message lists it. Such a policy is kept as it is "
    "told; nothing is forecast, and nothing scales here anyway."
)
PREDICTIVE, CONFIGURATION = "PredictiveScaling", "PredictiveScalingPolicyConfiguration"


def apply() -> None:
    """Keep such a policy beside the others, and show its configuration."""
    make = FakeApplicationAutoscalingPolicy.__init__
    put = ApplicationAutoScalingResponse.put_scaling_policy
    build = responses._build_policy

    def make_any(self: FakeApplicationAutoscalingPolicy, *args: Any, **told: Any) -> None:
        predictive = told.get("policy_type") == PREDICTIVE
        make(self, *args, **(told | ({"policy_type": "StepScaling"} if predictive else {})))
        if predictive:
            self.policy_type = PREDICTIVE

    def put_any(self: ApplicationAutoScalingResponse) -> str:
        answer = put(self)
        for policy in self.applicationautoscaling_backend.policies.values():
            if policy.policy_type == PREDICTIVE and policy.policy_name == self._get_param("PolicyName"):
                policy.forecast = self._get_param(CONFIGURATION)
        return answer

    def build_any(policy: FakeApplicationAutoscalingPolicy) -> dict[str, Any]:
        shown = build(policy)
        forecast = getattr(policy, "forecast", None)
        return shown | ({CONFIGURATION: forecast} if forecast else {})

    FakeApplicationAutoscalingPolicy.__init__ = make_any
    ApplicationAutoScalingResponse.put_scaling_policy = put_any
    responses._build_policy = build_any

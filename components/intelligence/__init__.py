"""What acts or judges by itself: forecasts, DevOps Guru, a risk model, self-healing (AI-1)."""

from components.intelligence.devops_guru import DevOpsGuru, DevOpsGuruArgs
from components.intelligence.predictive_scaling import PredictiveScaling, PredictiveScalingArgs
from components.intelligence.risk_endpoint import RiskEndpoint, RiskEndpointArgs
from components.intelligence.self_healing import HealedService, SelfHealing, SelfHealingArgs

__all__ = [
    "DevOpsGuru",
    "DevOpsGuruArgs",
    "HealedService",
    "PredictiveScaling",
    "PredictiveScalingArgs",
    "RiskEndpoint",
    "RiskEndpointArgs",
    "SelfHealing",
    "SelfHealingArgs",
]

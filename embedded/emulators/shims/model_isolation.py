"""Network isolation of SageMaker models."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.sagemaker.models import Model
from moto.sagemaker.responses import SageMakerResponse

REASON = "moto forgets whether a model is isolated from the network and shows every one as not isolated."


def apply() -> None:
    """Remember the switch of CreateModel and show it."""
    create = SageMakerResponse.create_model

    def create_model(self: SageMakerResponse) -> Any:
        answer = create(self)
        model: Model = self.sagemaker_backend.describe_model(self._get_param("ModelName"))
        model.enable_network_isolation = bool(self._get_param("EnableNetworkIsolation"))
        return answer

    SageMakerResponse.create_model = create_model

"""The way of code from a commit to production."""

from components.delivery.build_project import BuildProject, BuildProjectArgs
from components.delivery.change_watch import ChangeWatch, ChangeWatchArgs
from components.delivery.code_repository import CodeRepository, CodeRepositoryArgs
from components.delivery.delivery import Delivery, DeliveryArgs
from components.delivery.delivery_pipeline import DeliveryPipeline, DeliveryPipelineArgs

__all__ = [
    "BuildProject",
    "BuildProjectArgs",
    "ChangeWatch",
    "ChangeWatchArgs",
    "CodeRepository",
    "CodeRepositoryArgs",
    "Delivery",
    "DeliveryArgs",
    "DeliveryPipeline",
    "DeliveryPipelineArgs",
]

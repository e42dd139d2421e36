"""The test kit: recording runner, assertions on graphs, strategies for Hypothesis and convention helpers."""

from tests.kit.recording import ACCOUNT, REGION, record_component, record_program
from tests.kit.view import GraphView

__all__ = ["ACCOUNT", "REGION", "GraphView", "record_component", "record_program"]

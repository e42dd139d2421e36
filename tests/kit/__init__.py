"""The test kit: recording runner, assertions on graphs, strategies for Hypothesis and convention helpers."""

from components.lean_imports import install
from tests.kit.recording import ACCOUNT, REGION, record_component, record_program
from tests.kit.view import GraphView

install()  # whatever order the tests are collected in, the services of the AWS SDK are whole

__all__ = ["ACCOUNT", "REGION", "GraphView", "record_component", "record_program"]

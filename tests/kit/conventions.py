"""What every component has to keep to, found by walking the classes, so that none can be forgotten."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

import pulumi

from components.lean_imports import modules_of
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap

ROOT_TYPES = ("pulumi:providers:", "pulumi:pulumi:")


def component_classes(package: ModuleType) -> list[type[pulumi.ComponentResource]]:
    """Every ComponentResource that a package defines, in all its modules, in order of definition."""
    found: list[type[pulumi.ComponentResource]] = []
    for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(module_info.name)
        for value in vars(module).values():
            if (
                inspect.isclass(value)
                and issubclass(value, pulumi.ComponentResource)
                and value.__module__ == module.__name__
                and not inspect.isabstract(value)
            ):
                found.append(value)
    return found


def canonical_token(cls: type) -> str:
    """``atoll:<area>:<Class>``, the area being the package below ``components``."""
    return f"atoll:{cls.__module__.split('.')[1]}:{cls.__name__}"


def registered_token(cls: type) -> str | None:
    """The type token that the constructor hands to Pulumi: a literal or a constant of its module."""
    for call in _calls(_constructor(cls)):
        if ast.unparse(call.func) == "super().__init__" and call.args:
            token = call.args[0]
            if isinstance(token, ast.Constant):
                return str(token.value)
            if isinstance(token, ast.Name):
                return getattr(importlib.import_module(cls.__module__), token.id, None)
    return None


def positional_parameters(cls: type) -> list[str]:
    """Parameters after ``name`` that a caller may give by position; there should be none."""
    parameters = list(inspect.signature(cls).parameters.values())[1:]
    return [parameter.name for parameter in parameters if parameter.kind is not inspect.Parameter.KEYWORD_ONLY]


def registers_outputs_last(cls: type) -> bool:
    """Whether the constructor's last statement is ``self.register_outputs(…)``, and its only one."""
    constructor = _constructor(cls)
    last = constructor.body[-1]
    names = [ast.unparse(call.func) for call in _calls(constructor)]
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and ast.unparse(last.value.func) == "self.register_outputs"
        and names.count("self.register_outputs") == 1
    )


def orphans(graph: ResourceGraph) -> list[str]:
    """Resources that hang on the stack itself, though they are neither components nor providers."""
    return [
        str(node)
        for node in graph
        if node.custom
        and not node.type.startswith(ROOT_TYPES)
        and (parent := graph.parent(node.urn))
        and parent.is_stack
    ]


def silent_components(graph: ResourceGraph) -> list[str]:
    """Components that were built without registering their outputs."""
    return [str(node) for node in graph if not node.custom and not node.is_stack and not node.outputs_registered]


def untagged(graph: ResourceGraph, required: Iterable[str]) -> list[str]:
    """Resources that can carry tags and lack some of those required, with what they lack."""
    wanted = set(required)
    found: list[str] = []
    for node in graph:
        if node.custom and node.package == "aws" and not node.is_provider and is_taggable(node.type):
            tags: FrozenMap = graph.tags_all(node)
            if missing := wanted - set(tags):
                found.append(f"{node}: {', '.join(sorted(missing))}")
    return found


@cache
def is_taggable(type_token: str) -> bool:
    """Whether the SDK's class of a type (``aws:ec2/vpc:Vpc``) takes ``tags``."""
    _, module, name = type_token.split(":")
    service = module.partition("/")[0]
    service = "lambda_" if service == "lambda" else service  # a keyword in Python
    path = "pulumi_aws" if service == "index" else f"pulumi_aws.{service}"
    cls = getattr(importlib.import_module(f"{path}.{modules_of(name)[0]}"), name)
    return hasattr(cls, "tags")


def _constructor(cls: type) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    body = tree.body[0]
    assert isinstance(body, ast.ClassDef)
    for statement in body.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return statement
    raise AssertionError(f"{cls.__module__}.{cls.__name__} has no constructor of its own")


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))

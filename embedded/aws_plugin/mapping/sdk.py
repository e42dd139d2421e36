"""What the installed `pulumi_aws` says about its resources and functions, read from its classes.

Only the builder imports this: it loads the whole SDK (half a minute), which a plug-in process must never do.
"""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import re
import types
import typing
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, cast

import pulumi
import pulumi_aws

_types: Any = importlib.import_module("pulumi._types")  # the SDK keeps its type tables there and nowhere public
_RESOURCE = re.compile(r"super\((\w+), __self__\)\.__init__\(\s*'(aws:[^']+)'")
_FUNCTION = re.compile(r"runtime\.invoke\('(aws:[^']+)', __args__, opts=opts, typ=(\w+)")


class Form(Enum):
    """What Pulumi makes of a value, as far as Terraform may make something else of it."""

    SCALAR = auto()
    LIST = auto()
    MAP = auto()
    OBJECT = auto()
    ASSET = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """A property's form, and the SDK class of the objects in it."""

    form: Form
    element: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class SdkItem:
    """Where a resource class or a function's result class lives."""

    token: str
    module: str
    name: str

    def load(self) -> type[Any]:
        """The class."""
        return getattr(importlib.import_module(f"pulumi_aws.{self.module}"), self.name)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a program may set: Pulumi names, and those of them it may leave out."""

    names: tuple[str, ...]
    optional: frozenset[str]


def scan() -> tuple[list[SdkItem], list[SdkItem]]:
    """All resources and all functions, ordered by token, found in the SDK's sources (importing them all takes 20 s)."""
    root = Path(str(pulumi_aws.__file__)).parent
    resources: dict[str, SdkItem] = {}
    functions: dict[str, SdkItem] = {}
    for path in sorted(root.rglob("*.py")):
        if path.name.startswith("_"):
            continue
        source = path.read_text(encoding="utf-8")
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        if match := _RESOURCE.search(source):
            resources[match[2]] = SdkItem(match[2], module, match[1])
        if match := _FUNCTION.search(source):
            functions[match[1]] = SdkItem(match[1], module, match[2])
    return sorted(resources.values(), key=lambda i: i.token), sorted(functions.values(), key=lambda i: i.token)


def resource_fields(cls: type[Any]) -> dict[str, Any]:
    """Pulumi name -> type of a resource's properties."""
    fields: dict[str, Any] = _types.resource_types(cls)
    return {name: kind for name, kind in fields.items() if name not in ("id", "urn")}


def object_fields(cls: type[Any] | None) -> dict[str, Any]:
    """Pulumi name -> type of an output object's properties."""
    return dict(_types.output_type_types(cls)) if cls is not None else {}


def provider_fields() -> dict[str, Any]:
    """Pulumi name -> type of the provider's own inputs."""
    return dict(_types.input_type_types(pulumi_aws.ProviderArgs))


def arguments(item: SdkItem) -> Arguments:
    """What a program may set on a resource."""
    args = getattr(importlib.import_module(f"pulumi_aws.{item.module}"), f"{item.name}Args", None)
    if args is None:  # a resource without any argument has no such class
        return Arguments((), frozenset())
    python: dict[str, str] = _types.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters
    optional = {
        pulumi_name
        for name, pulumi_name in python.items()
        if name in parameters and parameters[name].default is not inspect.Parameter.empty
    }
    return Arguments(tuple(sorted(python.values())), frozenset(optional))


def shape(kind: Any) -> Shape:
    """The shape behind an SDK annotation, seen through Optional, Union, Sequence and Mapping."""
    kind = _types.unwrap_optional_type(kind)
    origin = typing.get_origin(kind)
    if origin is typing.Union or isinstance(kind, types.UnionType):
        shapes = [shape(arg) for arg in typing.get_args(kind) if arg is not type(None)]
        if not any(found.form is Form.SCALAR for found in shapes):
            for wanted in (Form.ASSET, Form.LIST, Form.OBJECT, Form.MAP):
                for found in shapes:
                    if found.form is wanted:
                        return found
        return shapes[0]
    if origin in (list, collections.abc.Sequence):
        return Shape(Form.LIST, shape(typing.get_args(kind)[0]).element)
    if origin in (dict, collections.abc.Mapping):
        return Shape(Form.MAP)
    if isinstance(kind, type):
        cls = cast("type[Any]", kind)
        if issubclass(cls, (pulumi.Asset, pulumi.Archive)):
            return Shape(Form.ASSET)
        if _types.is_output_type(cls):
            return Shape(Form.OBJECT, cls)
        if cls is dict:
            return Shape(Form.OBJECT)
    return Shape(Form.SCALAR)

"""Reads classes as they are written: annotated attributes with the docstring behind each."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import pulumi

import components


@dataclass(frozen=True, slots=True)
class Attribute:
    """One annotated attribute of a class body."""

    name: str
    type: str
    """Its annotation as it is written, without `pulumi.`."""
    default: str | None
    """Its default as it is written; None if it has none."""
    doc: str
    """What it is, on one line; empty if nothing is said."""


@cache
def component_classes() -> tuple[type[pulumi.ComponentResource], ...]:
    """Every public component, in order of area and name."""
    found: set[type[pulumi.ComponentResource]] = set()
    for module in pkgutil.walk_packages(components.__path__, f"{components.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, pulumi.ComponentResource):
                found.add(value)
    own = [cls for cls in found if cls.__module__.startswith("components.") and not cls.__name__.startswith("_")]
    return tuple(sorted(own, key=lambda cls: (area(cls), cls.__name__)))


def area(cls: type) -> str:
    """The package below `components` that a class lives in."""
    return cls.__module__.split(".")[1]


def args_class(cls: type[pulumi.ComponentResource]) -> type | None:
    """What a component's `args` are; None for one that takes none."""
    parameter = inspect.signature(cls).parameters.get("args")
    return None if parameter is None else getattr(sys.modules[cls.__module__], _bare(parameter.annotation))


@cache
def attributes(cls: type) -> tuple[Attribute, ...]:
    """The public attributes that a class body annotates, in its order."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    found: list[Attribute] = []
    for statement, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        if statement.target.id.startswith("_"):
            continue
        found.append(
            Attribute(
                statement.target.id,
                _shown(statement.annotation),
                None if statement.value is None else _shown(statement.value),
                _docstring(after),
            )
        )
    return tuple(found)


def properties(cls: type) -> tuple[Attribute, ...]:
    """The public properties of a class, with their docstrings."""
    return tuple(
        Attribute(name, _bare(inspect.signature(value.fget).return_annotation), None, _line(value.__doc__))
        for name, value in vars(cls).items()
        if isinstance(value, property) and value.fget is not None and not name.startswith("_")
    )


def wiring_types(cls: type) -> list[type]:
    """Dataclasses of components that the attributes of a class name, at any depth, in order of mention."""
    found: list[type] = []
    for other in named_classes(cls):
        if is_dataclass(other) and fields(other) and other.__module__.startswith("components.") and other not in found:
            found.append(other)
            found += [deeper for deeper in wiring_types(other) if deeper not in found]
    return found


def named_classes(cls: type) -> list[type]:
    """Classes that the annotations of a class's attributes name, in order of mention."""
    known = vars(sys.modules[cls.__module__])
    mentioned = [known.get(word) for attribute in attributes(cls) for word in names_in(attribute.type)]
    return list(dict.fromkeys(value for value in mentioned if inspect.isclass(value)))


def names_in(annotation: str) -> list[str]:
    """The identifiers in an annotation."""
    return re.findall(r"[A-Za-z_][A-Za-z0-9_]*", annotation)


def _bare(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return text.replace("pulumi.", "")


def _shown(node: ast.expr) -> str:
    return ast.unparse(node).replace("pulumi.", "").replace("'", '"')


def _docstring(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return _line(statement.value.value) if isinstance(statement.value.value, str) else ""
    return ""


def _line(text: str | None) -> str:
    return " ".join((text or "").split())

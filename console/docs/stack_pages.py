"""Pages of what is deployed: the layers with their composition, and what stacks export."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from types import ModuleType

from pydantic import BaseModel

import stacks
from console.docs.classes import component_classes
from console.docs.component_pages import path_of
from console.docs.markdown import code, head, link, page, table, words
from console.docs.models import rows
from contracts.outputs.region import RegionOutputs
from contracts.outputs.service import ServiceOutputs

OUTPUTS: Mapping[str, type[BaseModel]] = {"region": RegionOutputs, "service": ServiceOutputs}
"""Layer → what its stacks export."""


def pages() -> dict[str, str]:
    """Name of a page → its text."""
    return {"stacks.md": _stacks(), "outputs.md": _outputs()}


def _stacks() -> str:
    lines = [
        *head("Stacks"),
        "A stack is one layer of one environment; `layer` in its settings says which. The modules of a package below",
        "`stacks/` compose it of components.",
        "",
    ]
    for info in pkgutil.iter_modules(stacks.__path__):
        if info.ispkg:
            package = importlib.import_module(f"stacks.{info.name}")
            lines += [f"## {info.name}", "", _words(package), ""]
            lines += table(("module", "what it composes", "components"), _modules(package))
            lines += [f"It exports [these outputs](outputs.md#{info.name}).", ""] if info.name in OUTPUTS else []
    return page(lines)


def _modules(package: ModuleType) -> list[tuple[str, str, str]]:
    """The modules that make components: the package itself, and those in it."""
    inside = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg]
    modules = [package, *(importlib.import_module(f"{package.__name__}.{name}") for name in inside)]
    return [
        (link(code(_name(module)), f"../../{_file(module)}"), _words(module), ", ".join(made))
        for module in modules
        if (made := _components(module))
    ]


def _name(module: ModuleType) -> str:
    return module.__name__.removeprefix("stacks.")


def _file(module: ModuleType) -> str:
    path = module.__name__.replace(".", "/")
    return f"{path}/__init__.py" if hasattr(module, "__path__") else f"{path}.py"


def _components(module: ModuleType) -> list[str]:
    """Links to the components that a module calls, sorted by name."""
    known = {cls.__name__: cls for cls in component_classes()}
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return [link(name, f"components/{path_of(known[name])}") for name in sorted(called & known.keys())]


def _words(module: ModuleType) -> str:
    return words((module.__doc__ or "").split("\n\n")[0])


def _outputs() -> str:
    lines = [
        *head("Outputs of stacks"),
        "What a stack exports, and what the stacks that build on it read. An output that may be null is so where its",
        "stack has nothing of the kind.",
        "",
    ]
    for layer, model in OUTPUTS.items():
        listed = ((code(r.path), r.allowed, r.doc) for r in rows(model))
        lines += [f"## {layer}", "", words(model.__doc__), "", *table(("output", "form", "what it is"), listed)]
    return page(lines)

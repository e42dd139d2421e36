"""Import only those modules of the AWS SDK that a program uses.

The SDK's service packages (``pulumi_aws.ec2``) import every resource of the service as soon as one is touched: the 18
services of a small stack cost three seconds. With `install`, a service package starts out empty and finds what is
asked of it: ``from pulumi_aws.ec2.vpc import Vpc`` and ``from pulumi_aws import ec2; ec2.Vpc`` both load one module,
plus the service's input types if that module has any; output types wait until something reads them.

Nothing else changes: a name whose module cannot be told from it loads the whole service, as without this.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_SDK: Final = "pulumi_aws"
_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Service(ModuleType):
    """A service package that looks a name up in the module that defines it."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if type(value) is ModuleType and name in vars(value):
            return vars(value)[name]  # `get_vpc` is a function, and the module that defines it has the same name
        return value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        for place in modules_of(name):
            path = f"{self.__name__}.{place}"
            if importlib.util.find_spec(path) is None:
                continue
            module = importlib.import_module(path)
            if place == name:
                return getattr(self, name)  # importing it has set it
            if name in vars(module):
                setattr(self, name, vars(module)[name])
                return vars(module)[name]
        whole: Loader = vars(self)["__whole__"]
        super().__setattr__("__class__", ModuleType)
        whole.exec_module(self)
        return getattr(self, name)


class _ServiceLoader(Loader):
    """Loads a service package without running its ``__init__``."""

    def __init__(self, whole: Loader) -> None:
        self._whole = whole

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._whole.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__whole__"] = self._whole
        module.__class__ = _Service


class _Finder(MetaPathFinder):
    """Gives service packages, and the output types of each, the loaders that wait."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, *inner = fullname.split(".")
        if package != _SDK or len(inner) not in (1, 2) or inner[1:] not in ([], ["outputs"]):
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is None or spec.loader is None:
            return spec
        if len(inner) == 2:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        elif spec.submodule_search_locations is not None:
            spec.loader = _ServiceLoader(spec.loader)
        return spec


def install() -> None:
    """Make imports of the AWS SDK lean in this process; later calls do nothing.

    Best called before the SDK is imported. Without it, importing a module of a service before the service itself
    (``from pulumi_aws.s3.bucket import Bucket``) leaves the service without that name for good; services that were
    loaded so far are repaired here.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    for name, module in list(sys.modules.items()):
        if not name.startswith(f"{_SDK}.") or name.count(".") != 1 or "__path__" not in module.__dict__:
            continue
        spec = module.__spec__
        if spec is None or spec.loader is None:
            continue
        if type(module) is ModuleType:
            _ServiceLoader(spec.loader).exec_module(module)
        else:
            spec.loader = _ServiceLoader(spec.loader)  # the SDK's own lazy module, which nobody has touched yet


def modules_of(name: str) -> tuple[str, ...]:
    """Where the SDK, by its habits, defines a name of a service: ``VpcArgs`` in ``vpc``, ``get_vpc`` in ``get_vpc``."""
    if name[:1].islower() or name.startswith("_"):
        return (name, name.removesuffix("_output"))
    stem = name.removeprefix("Awaitable") if name.startswith("AwaitableGet") else name
    stem = stem.removesuffix("Result") if stem.startswith("Get") else stem
    words = _WORD_START.sub("_", stem.removesuffix("Dict").removesuffix("Args")).lower()
    return (words, "_inputs") if name.endswith(("Args", "ArgsDict")) else (words, "_enums")

"""The archive of a function: its service's code, the shared runtime, and the packages it brings (FN-1)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pulumi

from components.functions.libraries import LibraryError, library_members
from contracts.services.compute import Function

CODE = "code"
"""Folder of a service with its code; its contents are the root of the archive."""
SHARED = "runtime"
"""Package beside the domains that every Python function gets, under this name."""

_LEFT_OUT = frozenset({"__pycache__", "test", "tests", "node_modules"})
_NODE_ENDINGS = (".mjs", ".cjs", ".js")


class CodeError(ValueError):
    """Code that cannot become a function; the message has a line for each problem."""


def bundle(name: str, function: Function, *, service: Path, shared: Path | None = None) -> pulumi.AssetArchive:
    """The archive of one function; equal files give an equal archive, on every machine.

    Holds the contents of the service's `code/` at the root, for Python also the shared package and the `libraries`
    with their requirements. Without `__pycache__`, tests and hidden files. Files are named here and read by the
    engine.

    Args:
        name: the function's name in the contract, for messages.
        function: its clause.
        service: folder of the service, `services/<domain>/<service>`.
        shared: the shared package, `services/runtime`; None where there is none.

    Raises:
        CodeError: naming every problem: no code, a link out of the folder, a handler that the code does not have, a
            package that cannot go along.
    """
    code = service / CODE
    problems: list[str] = []
    files = _listed(code, problems)
    if files:
        problem = handler_problem(function, code)
        problems += [problem] if problem else []
    elif not problems:
        problems.append(f"{code} has no code; put {_expected(function)} there")
    members: dict[str, pulumi.Asset | pulumi.Archive] = {}
    if function.runtime.startswith("python"):
        if shared is not None:
            members |= {f"{SHARED}/{path}": pulumi.FileAsset(str(file)) for path, file in _listed(shared, problems)}
        try:
            members |= library_members(function.libraries, runtime=function.runtime, architecture=function.architecture)
        except LibraryError as error:
            problems += [f"libraries: {line}" for line in str(error).splitlines()]
    for path, file in files:
        top = path.partition("/")[0]
        if top in members or (shared is not None and top == SHARED):
            problems.append(f"{file} hides the package {top} that goes along with it; rename it")
        members[path] = pulumi.FileAsset(str(file))
    if problems:
        lines = "\n".join(f"  {problem}" for problem in dict.fromkeys(problems))
        raise CodeError(f"function {name}: its code cannot be bundled\n{lines}")
    return pulumi.AssetArchive(dict(sorted(members.items())))


def handler_problem(function: Function, code: Path) -> str | None:
    """Why the code has no such handler; None if it has, or if this runtime's code cannot be read (Java, own runtimes).

    Python's handlers are looked up without running anything: a function, class or name at the top of the module.
    """
    module, _, entry = function.handler.rpartition(".")
    if function.runtime.startswith("nodejs"):
        candidates = [code / f"{module}{ending}" for ending in _NODE_ENDINGS]
        if any(candidate.is_file() for candidate in candidates):
            return None
        return f"handler {function.handler}: there is no {' or '.join(each.name for each in candidates)} in {code}"
    if not function.runtime.startswith("python"):
        return None
    path = module.replace(".", "/")
    source = next((each for each in (code / f"{path}.py", code / path / "__init__.py") if each.is_file()), None)
    if source is None:
        there = ", ".join(sorted(each.name for each in code.glob("*.py"))) or "no module"
        return f"handler {function.handler}: there is no {path}.py in {code} (there is: {there})"
    try:
        tree = ast.parse(source.read_bytes(), str(source))
    except SyntaxError as error:
        return f"handler {function.handler}: {source}, line {error.lineno}: {error.msg}"
    except ValueError as error:  # Python before 3.12, of a null byte
        return f"handler {function.handler}: {source}: {error}"
    names = dict(_names(tree))
    if entry not in names:
        functions = ", ".join(name for name, node in names.items() if isinstance(node, ast.FunctionDef)) or "none"
        return f"handler {function.handler}: {source} has no {entry} (functions there: {functions})"
    if isinstance(names[entry], ast.AsyncFunctionDef):
        return f"handler {function.handler}: {entry} in {source} is async, which Lambda does not await"
    return None


def _names(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Names that a module has at its top, with the statement that gives each."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, node) for alias in node.names)


def _listed(folder: Path, problems: list[str]) -> list[tuple[str, Path]]:
    """Path within the archive and file, of everything below a folder that goes along, in order."""
    if not folder.is_dir():
        problems.append(f"{folder} is no folder")
        return []
    found: list[tuple[str, Path]] = []
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if _LEFT_OUT.intersection(inside.parts) or any(part.startswith(".") for part in inside.parts):
            continue
        if file.is_symlink():
            problems.append(f"{file} is a link; copy what it stands for")
        elif file.is_file() and file.suffix != ".pyc":
            found.append((inside.as_posix(), file.absolute()))
    return found


def _expected(function: Function) -> str:
    module = function.handler.rpartition(".")[0]
    return f"{module.replace('.', '/')}.py" if function.runtime.startswith("python") else f"what {function.handler} is"

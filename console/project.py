"""Where the program is: the folder with `Pulumi.yaml`, and its stack files."""

from __future__ import annotations

from pathlib import Path


class ProjectError(LookupError):
    """The command was run outside the project, or names what the project does not have."""


def root() -> Path:
    """The project folder: the nearest one, from here upwards, with `Pulumi.yaml`.

    Raises:
        ProjectError: there is none.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise ProjectError(
        f"There is no Pulumi.yaml in {here} or above it. Change into the project and run the command again."
    )


def stack_file(stack: str) -> Path:
    """The settings file of a stack.

    Raises:
        ProjectError: the project has no such file; the message lists the stacks it has.
    """
    path = root() / f"Pulumi.{stack}.yaml"
    if "/" in stack or not path.is_file():
        raise ProjectError(f"There is no stack `{stack}` (no {path.name}). Stacks: {', '.join(stacks())}.")
    return path


def stacks() -> list[str]:
    """The stacks that have a settings file, sorted."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root().glob("Pulumi.*.yaml"))

"""A program of a test, deployed into the embedded cloud for as long as the tests of its file look at it."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:  # the cloud's imports are for those who start one
    from embedded.session import Session

STACK = "test"


@dataclass(frozen=True)
class Project:
    """A Pulumi project in a folder of its own, with one stack."""

    session: Session
    folder: Path

    @property
    def name(self) -> str:
        """What the engine calls the project."""
        return self.folder.name

    @classmethod
    def write(
        cls, session: Session, folder: Path, program: str | Path, config: Mapping[str, str] | None = None
    ) -> Self:
        """A project named like its folder, of a program (its text or its file), whose stack is not deployed yet."""
        made = cls(session, folder)
        text = program.read_text(encoding="utf-8") if isinstance(program, Path) else program
        (folder / "Pulumi.yaml").write_text(f"name: {made.name}\nruntime: python\n", encoding="utf-8")
        (folder / "__main__.py").write_text(text, encoding="utf-8")
        made.pulumi("stack", "init", STACK)
        for key, value in (config or {}).items():
            made.pulumi("config", "set", key, value)
        return made

    @contextmanager
    def standing(self) -> Generator[Self]:
        """Deploy it; it is destroyed in the end, whatever happened, and has to go without complaint."""
        try:
            self.up()
            yield self
        finally:
            self.pulumi("destroy", "--yes", "--remove", "--skip-preview")

    def pulumi(self, *arguments: str) -> str:
        """What the engine prints; the test fails if the command does."""
        done = self.session.pulumi(arguments, cwd=self.folder, capture=True)
        assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def up(self, *arguments: str) -> None:
        """Deploy without asking and without a preview before."""
        self.pulumi("up", "--yes", "--skip-preview", *arguments)

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What the stack exports, asked once."""
        return json.loads(self.pulumi("stack", "output", "--json"))

    def assert_unchanged(self) -> None:
        """A preview finds nothing to do: the program asks for what the state says there is."""
        self.pulumi("preview", "--expect-no-changes", "--diff")

    def assert_not_drifted(self) -> None:
        """A refresh finds nothing new: the cloud answers with what the state says there is."""
        self.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--diff")

    def client(self, service: str) -> Any:
        """A boto3 client of whoever deploys."""
        import boto3

        variables = self.session.variables
        return cast("Any", boto3).client(
            service,
            region_name=variables["AWS_REGION"],
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

"""What every outputs record shares: what a newer stack says besides is ignored, and a version says what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Arn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:.+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(min_length=1)]
VERSION_OUTPUT = "schema_version"
"""Stack output with the version of the record."""


class OutputsError(ValueError):
    """A stack does not export what its readers were promised; the message names each output."""


class Outputs(BaseModel):
    """Base of every outputs record. What a newer stack exports besides is ignored, so that it can be deployed first."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StackOutputs(Outputs):
    """Base of the record of a whole stack; every field is one stack output of the same name.

    `VERSION` is raised when an output goes, gets another name, or means something else, and not when one is added: a
    reader states the version that it was written for (`contracts.outputs.reading`), and is refused another one.
    """

    VERSION: ClassVar[int]
    schema_version: int
    """Version of this record, in which the stack was deployed."""

    @classmethod
    def from_exports(cls, exports: Mapping[str, Any], *, stack: str) -> Self:
        """Read the outputs of a stack.

        Args:
            exports: output name → value, as `StackReference` or `pulumi stack output --json` gives them.
            stack: name of that stack, for the message.

        Raises:
            OutputsError: with every output that is missing or wrong.
        """
        try:
            return cls.model_validate(dict(exports))
        except ValidationError as error:
            lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg'].lower()}" for e in error.errors(include_url=False)]
            advice = f"deploy it again with this version of the program: atoll stack up {stack}"
            raise OutputsError("\n".join([f"{stack} does not export what its readers need:", *lines, advice])) from None

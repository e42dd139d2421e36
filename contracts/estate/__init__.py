"""What a preview of the whole estate promises: its machine form, whose JSON Schema is in `contracts/schemas`."""

from contracts.estate.preview import (
    SAID,
    Cause,
    EstatePreview,
    OutputChange,
    OutputStep,
    ResourceStep,
    StackPreview,
    StackStatus,
    Step,
)

__all__ = [
    "SAID",
    "Cause",
    "EstatePreview",
    "OutputChange",
    "OutputStep",
    "ResourceStep",
    "StackPreview",
    "StackStatus",
    "Step",
]

"""The errors of a service model that mean *not there* and *there already*."""

from __future__ import annotations

import re

from embedded.gateway.fallback.question import Question
from embedded.gateway.wire import AwsError

_NOT_FOUND = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|NotExist")
_EXISTS = re.compile(r"AlreadyExist|Exists|Duplicate|Conflict|InUse")


def can_be_missing(question: Question) -> bool:
    """Whether the operation has an error for a resource that is not there."""
    return any(_NOT_FOUND.search(shape.name) for shape in question.operation.model.error_shapes)


def not_found(question: Question) -> AwsError:
    """The resource that was asked for is not there."""
    asked = ", ".join(f"{name} {value}" for name, value in question.asked.items()) or "nothing was named"
    return _error(question, _NOT_FOUND, "ResourceNotFoundException", f"{question.noun} not found: {asked}", 404)


def already_exists(question: Question) -> AwsError:
    """The resource that was to be made is there."""
    return _error(question, _EXISTS, "ResourceAlreadyExistsException", f"{question.noun} already exists", 409)


def _error(question: Question, pattern: re.Pattern[str], otherwise: str, message: str, status: int) -> AwsError:
    """The service's own error for this: the one that names the kind, else any that fits, else the usual name."""
    fitting = [shape for shape in question.operation.model.error_shapes if pattern.search(shape.name)]
    if not fitting:
        return AwsError(otherwise, message, status)
    shape = min(fitting, key=lambda shape: question.noun.lower() not in shape.name.lower())
    modelled = shape.metadata.get("error", {})
    return AwsError(modelled.get("code", shape.name), message, modelled.get("httpStatusCode"))

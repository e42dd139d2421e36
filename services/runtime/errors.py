"""Failures that are part of an operation's answer. The name of the class is the name of the error, for every caller."""

from __future__ import annotations

from typing import Any, ClassVar


class ServiceError(Exception):
    """A failure that callers are told of: its class's name, and its text.

    Names end in `Exception`, as a caller tells by that whether trying again can help: it cannot.
    """

    status: ClassVar[int] = 400
    """Status over HTTP."""


class InvalidRequestException(ServiceError):  # noqa: N818 - the name is the error's name in contracts
    """The request is not what the contract says."""

    status = 400


class NotAuthenticatedException(ServiceError):  # noqa: N818
    """Nobody is known to have sent the request."""

    status = 401


class NotAllowedException(ServiceError):  # noqa: N818
    """The caller may not do this."""

    status = 403


class NoSuchOperationException(ServiceError):  # noqa: N818
    """Nothing answers on this route."""

    status = 404


class RemoteError(Exception):
    """Another service's operation failed; the class carries the name of the other's error."""

    @property
    def name(self) -> str:
        """The error's name."""
        return type(self).__name__

    @property
    def final(self) -> bool:
        """Whether it is the operation's answer: asking again would get the same."""
        return self.name.endswith("Exception")

    @staticmethod
    def named(name: str, message: str) -> RemoteError:
        """The error of that name, so that whoever called us sees the same name."""
        return type(name if name.isidentifier() else "RemoteError", (RemoteError,), {})(message)


def problem(error: ServiceError, correlation_id: str) -> dict[str, Any]:
    """The error as `application/problem+json` (RFC 9457)."""
    return {
        "type": f"urn:error:{type(error).__name__}",
        "title": type(error).__name__,
        "status": error.status,
        "detail": str(error),
        "instance": f"urn:request:{correlation_id}",
    }

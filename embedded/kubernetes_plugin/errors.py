"""What can go wrong for a user of the plug-in. None of these ever shows a traceback."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from embedded.aws_plugin.errors import PluginError


class UnreachableError(PluginError):
    """Nothing answers where the kubeconfig says that the cluster is."""


class NoSuchKindError(PluginError):
    """The cluster does not know the kind (yet): its CRD may not be installed."""


class NotReadyError(PluginError):
    """The object exists, and did not become what it should within its time."""


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong with an object: `field` is its path (``spec.replicas``), empty if it is the whole."""

    field: str
    message: str
    reason: str = ""


@dataclass
class ApiError(PluginError):
    """A refusal of the API: Kubernetes' Status."""

    code: int
    reason: str
    message: str
    causes: tuple[Cause, ...] = ()
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    retry_after: float = 0.0

    def __str__(self) -> str:
        """The API's own words, with a line for each field when there are several."""
        if len(self.causes) < 2:
            return self.message
        return "\n".join(
            [self.message.split(":")[0] + ":", *(f"  {item.field}: {item.message}" for item in self.causes)]
        )

    @staticmethod
    def of(code: int, status: dict[str, Any], retry_after: float = 0.0) -> ApiError:
        """The error in an answer."""
        details = cast("dict[str, Any]", status.get("details") or {})
        causes = tuple(
            Cause(str(item.get("field", "")).lstrip("."), str(item.get("message", "")), str(item.get("reason", "")))
            for item in cast("list[dict[str, Any]]", details.get("causes") or [])
        )
        reason = str(status.get("reason") or "")
        return ApiError(code, reason, str(status.get("message") or f"HTTP {code}"), causes, details, retry_after)

    @property
    def is_gone(self) -> bool:
        """Whether the object, or the path it would be at, does not exist."""
        return self.code == 404

    @property
    def is_conflict_of_managers(self) -> bool:
        """Whether others own fields that the object names."""
        return self.code == 409 and any(item.reason == "FieldManagerConflict" for item in self.causes)

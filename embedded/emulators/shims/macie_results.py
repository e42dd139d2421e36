"""Say where Macie keeps what it has found."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
from typing import Any

from moto.macie2 import urls
from moto.macie2.models import MacieBackend
from moto.macie2.responses import MacieResponse

REASON = (
    "moto's Macie has no export configuration, and the fallback leaves the empty one out of its answer, at which the "
    "provider crashes."
)


def exported(backend: MacieBackend) -> dict[str, Any]:
    """The configuration; empty where nobody has told one."""
    return backend.__dict__.setdefault("classification_export", {})


def apply() -> None:
    """Add the two operations."""

    def put_classification_export_configuration(self: MacieResponse) -> str:
        self.macie_backend.__dict__["classification_export"] = json.loads(self.body)["configuration"]
        return json.dumps({"configuration": exported(self.macie_backend)})

    def get_classification_export_configuration(self: MacieResponse) -> str:
        return json.dumps({"configuration": exported(self.macie_backend)})

    MacieResponse.put_classification_export_configuration = put_classification_export_configuration
    MacieResponse.get_classification_export_configuration = get_classification_export_configuration
    urls.url_paths["{0}/classification-export-configuration$"] = MacieResponse.dispatch

"""Let global database clusters keep the tags that they are made with."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

REASON = "moto makes a global cluster without its tags, so that each preview finds them missing."


def apply() -> None:
    """Hand the tags of the request on."""
    create = RDSResponse.create_global_cluster

    def with_tags(self: RDSResponse) -> ActionResult:
        answer = create(self)
        made: Any = answer.result
        made["GlobalCluster"].tags = self.params.get("Tags", [])
        return answer

    RDSResponse.create_global_cluster = with_tags  # type: ignore[method-assign]

"""Keep the tags of a launch template out of what it launches."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend

REASON = (
    "moto adds the template's own tags to the tags of what it launches, so a template with tags shows a specification "
    "that nobody wrote, and every preview makes a new version of it and of the nodes."
)


def apply() -> None:
    """Leave the specification for the template itself out of its data."""
    create = EC2Backend.create_launch_template

    def create_launch_template(self: EC2Backend, name: str, description: Any, data: Any, tags: Any) -> Any:
        told = [each for each in data.get("TagSpecifications", []) if each["ResourceType"] != "launch-template"]
        if told:
            data["TagSpecifications"] = told
        else:
            data.pop("TagSpecifications", None)
        return create(self, name, description, data, tags)

    EC2Backend.create_launch_template = create_launch_template

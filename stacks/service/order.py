"""What has to stand before what: dependencies that a component's children do not inherit by themselves."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi


def after(opts: pulumi.ResourceOptions, resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
    """Options for a component all of whose resources are made after these, and deleted before them.

    `depends_on` of a component says nothing to the resources inside it; a transformation reaches them.
    """
    waited_for = list(resources)

    def wait(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not isinstance(args.resource, pulumi.CustomResource):
            return None
        later = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=waited_for))
        return pulumi.ResourceTransformationResult(args.props, later)

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[wait]))

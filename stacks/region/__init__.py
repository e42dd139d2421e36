"""A region stack: network, compute, data, edge and operations of one environment in one region."""

from __future__ import annotations

import pulumi

from contracts.settings import StackSettings
from stacks.provider import provider
from stacks.region.compute import make_compute
from stacks.region.data import make_data
from stacks.region.features import FEATURES, Made
from stacks.region.foundation import make_foundation
from stacks.region.operations import make_operations
from stacks.region.outputs import export
from stacks.region.pair import make_pair

__all__ = ["build"]


def build(settings: StackSettings) -> None:
    """Declare every resource of the stack and export what other stacks may read.

    Raises:
        ValueError: two settings contradict each other in a way that only a component sees.
        pulumi.RunError: the primary of the pair does not export what this stack joins; nothing has been declared.
    """
    pair = make_pair(settings)
    opts = pulumi.ResourceOptions(providers=[provider(settings, pulumi.get_stack())])
    foundation = make_foundation(settings, pair, opts)
    data = make_data(settings, foundation, opts)
    compute = make_compute(settings, foundation, data, opts)
    operations = make_operations(settings, foundation, data, compute, opts)
    made = Made(settings=settings, foundation=foundation, data=data, compute=compute, operations=operations, opts=opts)
    for feature in FEATURES:
        if feature.wanted(settings):
            feature.make(made)
    export(settings, foundation, data, compute, operations)

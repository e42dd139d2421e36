"""What a region stack exports; the record that readers use is `contracts.outputs.region`."""

from __future__ import annotations

import pulumi

from contracts.settings import StackSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations


def export(
    settings: StackSettings, foundation: Foundation, data: Data, compute: Compute, operations: Operations
) -> None:
    """Export the stack's outputs."""
    pulumi.export("vpc_id", foundation.vpc.vpc_id)

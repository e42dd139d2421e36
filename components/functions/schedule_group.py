"""The group that holds a service's schedules."""

from __future__ import annotations

import pulumi
from pulumi_aws import scheduler

TOKEN = "atoll:functions:ScheduleGroup"


class ScheduleGroup(pulumi.ComponentResource):
    """One EventBridge Scheduler group called `<name>`, for the schedules of one service.

    Schedules carry no tags; their group does, and it is what their roles trust. Costs nothing. Deleting it deletes
    its schedules.

    Source: EventBridge Scheduler User Guide, "Managing a schedule group".
    """

    group_name: pulumi.Output[str]

    def __init__(self, name: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        group = scheduler.ScheduleGroup(f"{name}-group", name=name, opts=pulumi.ResourceOptions(parent=self))
        self.group_name = group.name
        self.register_outputs({"group_name": self.group_name})

"""Groups of instances as they should be."""

from __future__ import annotations

from pulumi_aws import autoscaling


def program() -> None:
    """A group of two types in two zones behind a balancer."""
    autoscaling.Group(
        "group",
        max_size=4,
        min_size=2,
        vpc_zone_identifiers=["subnet-1", "subnet-2"],
        target_group_arns=["arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/a/1"],
        health_check_type="ELB",
        mixed_instances_policy={
            "launch_template": {
                "launch_template_specification": {"launch_template_id": "lt-1"},
                "overrides": [{"instance_type": "m7g.large"}, {"instance_type": "m6g.large"}],
            }
        },
    )

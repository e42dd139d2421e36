"""A small program with every feature the three loaders must agree on; the fixtures are its previews and its state.

The engine (3.250) wrote them against moto: a first preview, the state after `up`, a preview of no change with and
without ``--show-sames``, and a preview with the VPC's range, the queue's timeout and the bucket changed.
"""

import pulumi
from pulumi_aws import Provider, ec2, iam, s3, sqs, ssm

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
    '"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)


class Net(pulumi.ComponentResource):
    """A component with two children."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("atoll:test:Net", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        self.vpc = ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags={"Name": name}, opts=below)
        self.subnet = ec2.Subnet(f"{name}-a", vpc_id=self.vpc.id, cidr_block="10.0.0.0/20", opts=below)
        self.register_outputs({"vpcId": self.vpc.id, "cidr": self.vpc.cidr_block})


def main() -> None:
    """Declare the stack."""
    east = Provider("east", region="us-east-1", default_tags={"tags": {"owner": "platform"}})
    net = Net("n", pulumi.ResourceOptions(providers=[east], protect=False))
    token = pulumi.Config("app").require_secret("token")
    queue = sqs.Queue(
        "q",
        visibility_timeout_seconds=60,
        tags={"vpc": net.subnet.vpc_id},
        opts=pulumi.ResourceOptions(
            provider=east,
            ignore_changes=["tags"],
            custom_timeouts=pulumi.CustomTimeouts(create="10m"),
            aliases=[pulumi.Alias(name="old")],
        ),
    )
    role = iam.Role("role", assume_role_policy=TRUST)
    statement = {
        "Effect": "Allow",
        "Action": ["sqs:SendMessage"],
        "Resource": [queue.arn, pulumi.Output.concat(queue.arn, "/*")],
    }
    iam.RolePolicy(
        "send", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    ssm.Parameter("p", type="SecureString", value=token, name="/atoll/p", opts=pulumi.ResourceOptions(depends_on=[net]))
    s3.Bucket("b", bucket="atoll-known-name", opts=pulumi.ResourceOptions(provider=east))
    pulumi.export("queue", queue.arn)
    pulumi.export("token", token)
    pulumi.export("plain", "x")

"""A program that deploys in seconds, for comparing the three loaders through the real engine."""

import pulumi
from pulumi_aws import Provider, ec2, sns, ssm


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
    net = Net("n", pulumi.ResourceOptions(providers=[east]))
    explicit = pulumi.ResourceOptions(provider=east)
    topic = sns.Topic("t", tags={"vpc": net.subnet.vpc_id}, opts=explicit)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": topic.arn}
    policy = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.TopicPolicy("t-policy", arn=topic.arn, policy=policy, opts=explicit)
    token = pulumi.Config("app").require_secret("token")
    after = pulumi.ResourceOptions(provider=east, depends_on=[net], ignore_changes=["description"])
    ssm.Parameter("p", type="SecureString", value=token, name="/atoll/p", opts=after)
    pulumi.export("topic", topic.arn)
    pulumi.export("token", token)


if __name__ == "__main__":
    main()

"""The aws plug-in's stand-in under the real engine: a stack from its first `up` to a `destroy` that leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from embedded.session import Session

pytestmark = pytest.mark.engine

SECRET = "hunter2-and-a-half"

NETWORK = """
import json, pulumi, pulumi_aws as aws
from pulumi import ResourceOptions
secret = pulumi.Config().require_secret("password")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={{"Name": "{tag}"}})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="{subnet}")
bucket = aws.s3.Bucket("bucket", force_destroy=True, tags={{"owner": secret}})
vault = aws.secretsmanager.Secret("vault", recovery_window_in_days=0)
version = aws.secretsmanager.SecretVersion("version", secret_id=vault.id, secret_string=secret)
trust = {{"Version": "2012-10-17", "Statement": [
    {{"Effect": "Allow", "Principal": {{"Service": "ec2.amazonaws.com"}}, "Action": "sts:AssumeRole"}}]}}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust, indent={indent}))
parameter = aws.ssm.Parameter("parameter", name="/atoll/parameter", type="String", value="{tag}")
ignored = aws.ssm.Parameter("ignored", name="/atoll/ignored", type="String", value="{tag}",
    opts=ResourceOptions(ignore_changes=["value"]))
replaced = aws.ssm.Parameter("replaced", type="String", value="{tag}",
    opts=ResourceOptions(replace_on_changes=["value"]))
elsewhere = aws.ssm.Parameter("elsewhere", name="/atoll/elsewhere", type="String", value="v", region="{region}")
pulumi.export("vpc", vpc.id)
pulumi.export("bucket", bucket.bucket)
pulumi.export("tagsAll", bucket.tags_all)
"""


@dataclass
class Project:
    """A Pulumi project in a folder of its own, with one stack."""

    session: Session
    folder: Path
    name: str
    created: bool = field(default=False, init=False)

    def write(self, program: str) -> None:
        (self.folder / "Pulumi.yaml").write_text(f"name: {self.name}\nruntime: python\n")
        (self.folder / "__main__.py").write_text(program)
        if not self.created:
            self.run("stack", "init", "test")
            self.created = True

    def run(self, *arguments: str, fails: bool = False) -> str:
        """What the command prints; the test fails if it does not end as expected."""
        done = self.session.pulumi(arguments, cwd=self.folder, capture=True)
        assert (done.returncode != 0) == fails, f"pulumi {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def up(self, *arguments: str, fails: bool = False) -> str:
        return self.run("up", "--yes", "--skip-preview", *arguments, fails=fails)

    def operations(self) -> dict[str, str]:
        """Logical name -> operation of a preview, for what would change."""
        steps = json.loads(self.run("preview", "--json"))["steps"]
        kinds = {step["urn"].split("::")[-1]: step["op"] for step in steps}
        return {name: kind for name, kind in kinds.items() if kind != "same"}

    def state(self) -> dict[str, dict[str, Any]]:
        """Logical name -> resource, as the state file has it."""
        resources = json.loads(self.run("stack", "export"))["deployment"].get("resources", [])
        return {resource["urn"].split("::")[-1]: resource for resource in resources}

    def client(self, service: str, region: str = "us-east-1") -> Any:
        variables = self.session.variables
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )


@pytest.fixture
def project(session: Session, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Project]:
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    opened = Project(session, tmp_path, name)
    try:
        yield opened
    finally:
        if opened.created:
            session.pulumi(["destroy", "--yes", "--skip-preview"], cwd=tmp_path, capture=True)


def program(tag: str = "one", subnet: str = "10.0.0.0/24", indent: int = 0, region: str = "eu-west-1") -> str:
    return NETWORK.format(tag=tag, subnet=subnet, indent=indent, region=region)


def test_stack_lives_from_up_to_destroy(project: Project) -> None:
    project.write(program())
    project.run("config", "set", "--secret", "password", SECRET)
    project.up()
    assert project.operations() == {}, "a preview right after up"

    state = project.state()
    assert SECRET not in json.dumps(state), "secrets are encrypted wherever they went"
    assert state["parameter"]["outputs"]["region"] == "us-east-1"
    assert project.client("ssm", "eu-west-1").get_parameter(Name="/atoll/elsewhere")["Parameter"]["Value"] == "v"

    project.write(program(tag="two", indent=2))
    assert project.operations() == {"vpc": "update", "parameter": "update", "replaced": "replace"}
    project.up()
    assert project.client("ssm").get_parameter(Name="/atoll/parameter")["Parameter"]["Value"] == "two"
    assert project.client("ssm").get_parameter(Name="/atoll/ignored")["Parameter"]["Value"] == "one"
    assert project.operations() == {}

    project.write(program(tag="two", subnet="10.0.7.0/24", region="us-west-2"))
    assert project.operations() == {"subnet": "replace", "elsewhere": "replace"}
    before = project.state()["subnet"]["id"]
    project.up()
    assert project.state()["subnet"]["id"] != before
    assert not project.client("ec2").describe_subnets(Filters=[{"Name": "subnet-id", "Values": [before]}])["Subnets"]
    assert project.operations() == {}

    vpc = project.state()["vpc"]["id"]
    project.client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "by hand"}])
    project.client("ssm").delete_parameter(Name="/atoll/parameter")
    project.run("refresh", "--yes", "--skip-preview")
    assert project.state()["vpc"]["outputs"]["tags"] == {"Name": "by hand"}
    assert project.operations() == {"vpc": "update", "parameter": "create"}
    project.up()
    assert project.operations() == {}
    tags = project.client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [vpc]}])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Name": "two"}

    bucket = project.state()["bucket"]["id"]
    project.run("destroy", "--yes", "--skip-preview")
    assert project.state() == {}
    assert not project.client("ec2").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"]
    assert bucket not in {item["Name"] for item in project.client("s3").list_buckets()["Buckets"]}
    assert not project.client("ssm").describe_parameters()["Parameters"]


def test_resource_is_managed_when_it_was_imported(project: Project) -> None:
    vpc = project.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    project.write("import pulumi")
    project.run("import", "aws:ec2/vpc:Vpc", "vpc", vpc, "--yes", "--generate-code=false", "--protect=false")
    imported = project.state()["vpc"]
    assert imported["id"] == vpc
    assert imported["inputs"]["cidrBlock"] == "10.9.0.0/16"
    assert "ipv6CidrBlock" not in imported["inputs"], "what says nothing is no input"
    project.write("import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.9.0.0/16')")
    assert project.operations() == {}


def test_error_names_the_resource_and_what_aws_said_but_no_secret(project: Project) -> None:
    project.write(
        "import pulumi, pulumi_aws as aws\n"
        f"secret = pulumi.Output.secret('{SECRET}')\n"
        "aws.secretsmanager.SecretVersion('version', secret_id='missing', secret_string=secret)\n"
    )
    said = project.up(fails=True)
    assert "aws:secretsmanager/secretVersion:SecretVersion 'version'" in said
    assert "ResourceNotFoundException" in said
    assert "Traceback" not in said
    assert SECRET not in said


def test_refused_input_is_named_as_the_program_writes_it(project: Project) -> None:
    project.write("import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.0.0.0/99')\n")
    said = project.run("preview", fails=True)
    assert "cidrBlock" in said
    assert "10.0.0.0/99" in said
    assert "Traceback" not in said


def test_input_newer_than_the_provider_is_reported_and_not_a_change(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.jsonl"
    monkeypatch.setenv("ATOLL_PLUGIN_REPORT", str(report))
    project.write(
        "import pulumi_aws as aws\n"
        "aws.s3.Bucket('plain', force_destroy=True, bucket_namespace='global')\n"
        "aws.s3.Bucket('bucket', force_destroy=True, bucket_namespace='account-regional')\n"
    )
    said = project.up()
    assert said.count("bucketNamespace is newer than the Terraform provider") >= 1
    entries = [json.loads(line) for line in report.read_text().splitlines()]
    found = {(entry["kind"], entry["urn"].split("::")[-1], entry["property"]) for entry in entries}
    assert found == {("input-not-supported", "bucket", "bucketNamespace")}
    assert project.operations() == {}


def test_default_tags_of_an_explicit_provider_change_what_has_them(project: Project) -> None:
    def with_team(team: str) -> str:
        return (
            "import pulumi, pulumi_aws as aws\n"
            f"west = aws.Provider('west', region='us-west-2', default_tags={{'tags': {{'team': '{team}'}}}})\n"
            "aws.ssm.Parameter('parameter', name='/atoll/team', type='String', value='v',"
            " opts=pulumi.ResourceOptions(provider=west))\n"
        )

    project.write(with_team("a"))
    project.up()
    assert project.state()["parameter"]["outputs"]["tagsAll"] == {"team": "a"}
    project.write(with_team("b"))
    assert project.operations() == {"west": "update", "parameter": "update"}
    project.up()
    assert project.operations() == {}
    listed = project.client("ssm", "us-west-2").list_tags_for_resource(
        ResourceType="Parameter", ResourceId="/atoll/team"
    )
    assert listed["TagList"] == [{"Key": "team", "Value": "b"}]


def test_provider_works_in_the_account_of_the_role_it_assumes(project: Project) -> None:
    project.write(
        "import pulumi, pulumi_aws as aws\n"
        "role = {'role_arn': 'arn:aws:iam::210987654321:role/deployer'}\n"
        "other = aws.Provider('other', region='us-east-1', assume_roles=[role])\n"
        "identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=other))\n"
        "topic = aws.sns.Topic('topic', opts=pulumi.ResourceOptions(provider=other))\n"
        "pulumi.export('account', identity.account_id)\n"
        "pulumi.export('arn', topic.arn)\n"
    )
    project.up()
    outputs = json.loads(project.run("stack", "output", "--json"))
    assert outputs["account"] == "210987654321"
    assert ":210987654321:" in outputs["arn"]


def test_half_made_resource_is_kept_and_finished_by_the_next_up(project: Project) -> None:
    project.write("import pulumi_aws as aws\naws.ec2.Vpc('vpc', cidr_block='10.0.0.0/16', enable_dns_hostnames=True)\n")
    cloud = project.session.cloud
    fault = cloud.fail(service="ec2", action="ModifyVpcAttribute", error="OperationNotPermitted", status=400)
    try:
        said = project.up(fails=True)
    finally:
        cloud.heal(fault.id)
    assert "aws:ec2/vpc:Vpc 'vpc'" in said
    assert "OperationNotPermitted" in said
    vpc = project.state()["vpc"]
    assert vpc["initErrors"]
    project.up()
    finished = project.state()["vpc"]
    assert finished["id"] == vpc["id"]
    assert "initErrors" not in finished
    assert project.operations() == {}

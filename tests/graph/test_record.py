"""What the offline recorder sees of a program."""

import asyncio
import json

import pulumi
import pytest
from pulumi_aws import Provider, ec2, get_caller_identity, s3, sqs

from graph.codec import to_json
from graph.errors import RecordingError
from graph.nodes import EdgeKind
from graph.values import MISSING, UNKNOWN, Reference, Secret, Unknown
from tests.kit import ACCOUNT, record_component, record_program

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


class Net(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("atoll:test:Net", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        self.vpc = ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags={"Name": name}, opts=below)
        self.subnet = ec2.Subnet(f"{name}-a", vpc_id=self.vpc.id, cidr_block="10.0.0.0/20", opts=below)
        self.register_outputs({"vpcId": self.vpc.id, "cidr": self.vpc.cidr_block})


def test_children_and_wiring_are_exact_when_a_component_is_recorded() -> None:
    view = record_component(lambda: Net("n"))
    view.assert_children("n", {(VPC, "n-vpc"), (SUBNET, "n-a")})
    view.assert_wired("n-a", "vpcId", "n-vpc.id")
    assert view.value("n-a", "cidrBlock") == "10.0.0.0/20"
    assert view.value("n-a", "ipv6CidrBlock") is MISSING
    assert view.node("n").outputs["cidr"] == "10.0.0.0/16"
    assert isinstance(view.node("n").outputs["vpcId"], Unknown)
    assert view.node("n").outputs_registered


def test_urn_has_the_types_of_all_parents_but_the_stack_when_components_nest() -> None:
    def program() -> None:
        outer = pulumi.ComponentResource("atoll:test:Outer", "o")
        Net("n", pulumi.ResourceOptions(parent=outer))

    assert record_component(program).node("n-a").urn == (
        f"urn:pulumi:test::atoll::atoll:test:Outer$atoll:test:Net${SUBNET}::n-a"
    )


def test_computed_outputs_are_unknown_and_apply_does_not_run_when_nothing_is_deployed() -> None:
    ran: list[object] = []

    def program() -> None:
        queue = sqs.Queue("q")
        pulumi.export("applied", queue.arn.apply(ran.append))
        pulumi.export("arn", queue.arn)

    recording = record_program(program)
    assert ran == []
    assert recording.stack_outputs["applied"] == UNKNOWN
    arn = recording.stack_outputs["arn"]
    assert isinstance(arn, Unknown)
    assert arn.ref is not None
    assert arn.ref.output == "arn"


def test_only_the_dependency_is_known_when_a_value_goes_through_apply() -> None:
    def program() -> None:
        queue = sqs.Queue("q")
        s3.Bucket("b", tags={"queue": queue.arn.apply(str.upper)})

    view = record_component(program)
    assert view.value("b", "tags.queue") == UNKNOWN
    assert view.wiring("b", "tags") == set()
    view.assert_depends("b", "q")
    [edge] = view.graph.edges_of(EdgeKind.REFERENCE)
    assert (edge.path, edge.output) == ("tags", "")


def test_the_reference_is_kept_beside_the_value_when_the_passed_output_is_known() -> None:
    def program() -> None:
        net = Net("n")
        s3.Bucket("b", tags={"cidr": net.vpc.cidr_block})

    view = record_component(program)
    assert view.value("b", "tags.cidr") == "10.0.0.0/16"
    view.assert_wired("b", "tags.cidr", "n-vpc.cidrBlock")


def test_origin_is_found_when_an_input_is_passed_on_by_another_resource() -> None:
    def program() -> None:
        net = Net("n")
        s3.Bucket("b", tags={"vpc": net.subnet.vpc_id})

    view = record_component(program)
    assert view.wiring("b", "tags.vpc") == {"n-a.vpcId"}
    view.assert_wired("b", "tags.vpc", "n-vpc.id")


def test_options_are_kept_when_a_resource_sets_them() -> None:
    def program() -> None:
        first = sqs.Queue("first")
        sqs.Queue(
            "q",
            opts=pulumi.ResourceOptions(
                protect=True,
                depends_on=[first],
                ignore_changes=["visibility_timeout_seconds"],
                aliases=[pulumi.Alias(name="old")],
                retain_on_delete=True,
                delete_before_replace=True,
                replace_on_changes=["name"],
                custom_timeouts=pulumi.CustomTimeouts(create="1h30m"),
            ),
        )

    node = record_component(program).node("q")
    first = "urn:pulumi:test::atoll::aws:sqs/queue:Queue::first"
    assert node.protect
    assert node.options.depends_on == (first,)
    assert node.options.ignore_changes == ("visibilityTimeoutSeconds",)
    assert node.options.aliases == ("name=old",)
    assert node.options.retain_on_delete
    assert node.options.delete_before_replace is True
    assert node.options.replace_on_changes == ("name",)
    assert node.options.custom_timeouts == {"create": 5400}


def test_protection_and_provider_reach_children_when_the_component_has_them() -> None:
    def program() -> None:
        west = Provider("west", region="us-west-2", allowed_account_ids=["444455556666"])
        Net("n", pulumi.ResourceOptions(protect=True, providers=[west]))
        sqs.Queue("q")

    view = record_component(program)
    view.assert_provider("n-a", "west")
    view.assert_provider("q", None)
    assert view.node("n-a").protect
    assert (view.node("n-a").region, view.node("n-a").account) == ("us-west-2", "444455556666")
    assert (view.node("q").region, view.node("q").account) == ("us-east-1", ACCOUNT)


def test_source_is_the_line_that_makes_the_resource_when_it_is_in_the_project() -> None:
    source = record_component(lambda: Net("n")).node("n-vpc").source
    assert source is not None
    assert source.file == "tests/graph/test_record.py"
    assert source.line == Net.__init__.__code__.co_firstlineno + 3


def test_secrets_are_only_marked_when_inputs_or_config_hold_them() -> None:
    def program() -> None:
        config = pulumi.Config("app")
        sqs.Queue("q", tags={"config": config.require_secret("token"), "direct": pulumi.Output.secret("clear-text")})

    view = record_component(program, config={"app:token": "clear-text"}, secret_keys=["app:token"])
    assert view.value("q", "tags") == {"config": Secret(), "direct": Secret()}


def test_data_source_is_answered_when_account_and_region_decide_it() -> None:
    recording = record_program(lambda: pulumi.export("account", get_caller_identity().account_id))
    assert recording.stack_outputs["account"] == ACCOUNT


def test_data_source_is_refused_by_name_when_it_has_no_answer() -> None:
    with pytest.raises(RecordingError, match="aws:ec2/getVpc:getVpc has no answer offline"):
        record_program(lambda: ec2.get_vpc(default=True))


def test_stack_reference_gives_the_outputs_when_they_were_given() -> None:
    def program() -> None:
        pulumi.export("vpc", pulumi.StackReference("acme/atoll/prod").require_output("vpcId"))

    given = {"prod": {"vpcId": "vpc-1"}}
    assert record_program(program, stack_outputs=given).stack_outputs["vpc"] == "vpc-1"
    with pytest.raises(RecordingError, match="stack_outputs="):
        record_program(program)


def test_recordings_do_not_see_each_other_when_made_in_one_process() -> None:
    def program() -> None:
        pulumi.export("value", pulumi.Config("app").get("value") or "unset")
        pulumi.export("stack", pulumi.get_stack())
        sqs.Queue("q")

    first = record_program(program, config={"app:value": "set"}, stack="one")
    second = record_program(program, stack="two")
    assert first.stack_outputs == {"value": "set", "stack": "one"}
    assert second.stack_outputs == {"value": "unset", "stack": "two"}


def test_recording_works_when_an_event_loop_is_running() -> None:
    async def inside() -> int:
        return len(record_component(lambda: Net("n")).graph)

    assert asyncio.run(inside()) == 4


def test_errors_of_the_program_come_through_when_it_raises() -> None:
    def program() -> None:
        sqs.Queue("q")
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        record_program(program)


def test_both_lines_are_named_when_two_resources_share_a_urn() -> None:
    def program() -> None:
        sqs.Queue("q")
        sqs.Queue("q")

    with pytest.raises(RecordingError, match=r"named 'q': at tests/graph/test_record.py:\d+ and"):
        record_program(program)


def test_messages_are_kept_when_the_program_logs() -> None:
    recording = record_program(lambda: pulumi.warn("careful"))
    assert [(diagnostic.severity, diagnostic.message) for diagnostic in recording.diagnostics] == [
        ("warning", "careful")
    ]


def test_text_shows_its_gaps_when_it_is_put_together_from_outputs() -> None:
    def program() -> None:
        queue = sqs.Queue("q", name="known")
        arns = [queue.arn, pulumi.Output.concat(queue.arn, "/", queue.name)]
        document = pulumi.Output.json_dumps({"Resource": arns, "Note": 'say "é"'})
        s3.Bucket("b", tags={"policy": document, "url": pulumi.Output.format("{0}?x={n}", queue.url, n=queue.name)})

    view = record_component(program)
    policy, arn = view.value("b", "tags.policy"), Reference(view.node("q").urn, "arn")
    assert isinstance(policy, Unknown)
    assert policy.parts == (
        '{"Resource": ["',
        arn,
        '", "',
        arn,
        '/known"], "Note": "say \\"\\u00e9\\""}',
    )
    assert json.loads(str(policy))["Resource"] == [f"${{{arn}}}", f"${{{arn}}}/known"]
    assert str(view.value("b", "tags.url")).endswith("#url}?x=known")
    assert view.wiring("b", "tags.policy") == {"q.arn", "q.name"}


def test_text_is_known_and_keeps_its_references_when_all_its_parts_are_known() -> None:
    def program() -> None:
        queue = sqs.Queue("q", name="known")
        s3.Bucket("b", tags={"path": pulumi.Output.concat("a/", queue.name, "/b")})

    view = record_component(program)
    assert view.value("b", "tags.path") == "a/known/b"
    assert view.wiring("b", "tags.path") == {"q.name"}


def test_text_is_only_unknown_when_one_part_went_through_apply() -> None:
    def program() -> None:
        queue = sqs.Queue("q")
        s3.Bucket("b", tags={"path": pulumi.Output.concat(queue.name, queue.arn.apply(str.upper))})

    view = record_component(program)
    assert view.value("b", "tags.path") == UNKNOWN
    view.assert_depends("b", "q")


def test_program_never_sees_a_marker_when_it_reads_what_it_passed_on() -> None:
    seen: list[str] = []

    def program() -> None:
        queue = sqs.Queue("q", name="known")
        text = pulumi.Output.concat("a/", queue.name)
        bucket = s3.Bucket("b", bucket=text, tags={"arn": queue.arn})
        bucket.bucket.apply(seen.append)
        text.apply(seen.append)
        bucket.tags.apply(lambda tags: seen.append(str(tags)))

    record_program(program)
    assert seen == ["a/known", "a/known"]


def test_secret_text_keeps_no_content_when_it_has_gaps() -> None:
    def program() -> None:
        queue = sqs.Queue("q")
        password = pulumi.Output.secret("canary-9c")
        s3.Bucket("b", tags={"url": pulumi.Output.format("https://{0}@{1}", password, queue.url)})

    view = record_component(program)
    assert view.value("b", "tags.url") == Secret(UNKNOWN)
    assert view.wiring("b", "tags.url") == {"q.url"}
    assert "canary-9c" not in to_json(view.graph)

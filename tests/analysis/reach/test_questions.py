"""Single questions to small recorded programs: each kind of hop, and each way in which an answer can be unknown."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pytest
from pulumi_aws import ec2, ec2transitgateway, lb, vpc

from analysis.reach import Blocked, Partly, PlaceError, Places, Reachable, Undecided, Wall, lines, network_of
from tests.analysis.reach.kit import asked, network, recorded, with_ids

ACCOUNT = "111122223333"


def all_open(name: str, net: ec2.Vpc, *, six: bool = False) -> ec2.SecurityGroup:
    rule = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
    if six:
        rule["ipv6_cidr_blocks"] = ["::/0"]
    return ec2.SecurityGroup(
        name,
        vpc_id=net.id,
        ingress=[ec2.SecurityGroupIngressArgs(**rule)],
        egress=[ec2.SecurityGroupEgressArgs(**rule)],
    )


def subnet(name: str, net: ec2.Vpc, cidr: str, zone: str = "us-east-1a", **more: object) -> ec2.Subnet:
    return ec2.Subnet(name, vpc_id=net.id, cidr_block=cidr, availability_zone=zone, **more)  # pyright: ignore[reportArgumentType]


def host(name: str, place: ec2.Subnet, *groups: pulumi.Input[str], **more: object) -> ec2.Instance:
    return ec2.Instance(
        name,
        ami="ami-12345678",
        instance_type="t3.micro",
        subnet_id=place.id,
        vpc_security_group_ids=list(groups) or None,
        **more,  # pyright: ignore[reportArgumentType]
    )


def routed(name: str, net: ec2.Vpc, place: ec2.Subnet, *routes: ec2.RouteTableRouteArgs) -> ec2.RouteTable:
    table = ec2.RouteTable(name, vpc_id=net.id, routes=list(routes))
    ec2.RouteTableAssociation(f"{name}-association", subnet_id=place.id, route_table_id=table.id)
    return table


def two_vpcs(cidrs: tuple[str, str], join: Callable[[list[ec2.Vpc], list[ec2.Subnet]], None]) -> Callable[[], None]:
    def program() -> None:
        nets = [ec2.Vpc(f"vpc-{n}", cidr_block=cidr) for n, cidr in enumerate(cidrs)]
        places = [subnet(f"subnet-{n}", net, cidrs[n].replace("/16", "/24")) for n, net in enumerate(nets)]
        for n, (net, place) in enumerate(zip(nets, places, strict=True)):
            host(f"host-{n}", place, all_open(f"group-{n}", net).id)
        join(nets, places)

    return program


def peer(nets: list[ec2.Vpc], places: list[ec2.Subnet]) -> None:
    link = ec2.VpcPeeringConnection("link", vpc_id=nets[0].id, peer_vpc_id=nets[1].id)
    for n in (0, 1):
        other = nets[1 - n].cidr_block
        route = ec2.RouteTableRouteArgs(cidr_block=other, vpc_peering_connection_id=link.id)
        routed(f"table-{n}", nets[n], places[n], route)


def test_peered_networks_reach_each_other_when_both_route_to_the_connection() -> None:
    answer = asked(network(two_vpcs(("10.0.0.0/16", "10.1.0.0/16"), peer)), "host-0", "host-1", 443)
    assert isinstance(answer, Reachable)
    assert "route table table-1" in [hop.where for hop in answer.path if hop.back]


def test_nothing_is_peered_when_networks_have_the_same_addresses_as_in_documents_002_and_004() -> None:
    answer = asked(network(two_vpcs(("10.0.0.0/16", "10.0.0.0/16"), peer)), "host-0", "host-1", 443)
    assert isinstance(answer, Blocked)


@pytest.mark.parametrize("tables", [True, False])
def test_a_transit_gateway_carries_only_when_its_tables_do(tables: bool) -> None:
    def join(nets: list[ec2.Vpc], places: list[ec2.Subnet]) -> None:
        state = "enable" if tables else "disable"
        gateway = ec2transitgateway.TransitGateway("hub", default_route_table_propagation=state)
        for n, (net, place) in enumerate(zip(nets, places, strict=True)):
            ec2transitgateway.VpcAttachment(
                f"attachment-{n}", vpc_id=net.id, subnet_ids=[place.id], transit_gateway_id=gateway.id
            )
            route = ec2.RouteTableRouteArgs(cidr_block="10.0.0.0/8", transit_gateway_id=gateway.id)
            routed(f"table-{n}", net, place, route)

    answer = asked(network(two_vpcs(("10.0.0.0/16", "10.1.0.0/16"), join)), "host-0", "host-1", 443)
    assert isinstance(answer, Reachable if tables else Blocked)


def six() -> None:
    net = ec2.Vpc("net", cidr_block="10.0.0.0/16", assign_generated_ipv6_cidr_block=True)
    gateway = ec2.InternetGateway("gateway", vpc_id=net.id)
    out_only = ec2.EgressOnlyInternetGateway("out-only", vpc_id=net.id)
    for name, route in (
        ("public", ec2.RouteTableRouteArgs(ipv6_cidr_block="::/0", gateway_id=gateway.id)),
        ("private", ec2.RouteTableRouteArgs(ipv6_cidr_block="::/0", egress_only_gateway_id=out_only.id)),
    ):
        place = subnet(name, net, f"10.0.{len(name)}.0/24", ipv6_cidr_block=net.ipv6_cidr_block.apply(str))
        routed(f"{name}-table", net, place, route)
        host(f"{name}-host", place, all_open(f"{name}-group", net, six=True).id)


def test_ipv6_goes_both_ways_through_an_internet_gateway_and_out_only_through_the_other() -> None:
    found = network(six)
    assert isinstance(asked(found, "internet", "public-host", 443), Reachable)
    assert isinstance(asked(found, "private-host", "internet", 443), Reachable)
    inward = asked(found, "internet", "private-host", 443)
    assert isinstance(inward, Blocked)
    assert isinstance(asked(found, "public-host", "private-host", 443), Reachable)


def one_vpc(make: Callable[[ec2.Vpc, ec2.Subnet], None]) -> Callable[[], None]:
    def program() -> None:
        net = ec2.Vpc("net", cidr_block="10.0.0.0/16")
        make(net, subnet("inside", net, "10.0.0.0/24"))

    return program


def test_a_gateway_endpoint_is_the_way_to_its_service_alone_when_there_is_no_other() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        host("host", place, all_open("group", net).id)
        table = routed("table", net, place)
        ec2.VpcEndpoint("to-s3", vpc_id=net.id, service_name="com.amazonaws.us-east-1.s3", route_table_ids=[table.id])

    found = network(one_vpc(make))
    assert isinstance(asked(found, "host", "aws:s3", 443), Reachable)
    assert isinstance(asked(found, "host", "aws:sqs", 443), Blocked)
    assert isinstance(asked(found, "host", "internet", 443), Blocked)


@pytest.mark.parametrize("port", [443, 444])
def test_an_interface_endpoint_takes_the_services_name_when_it_has_private_dns(port: int) -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        host("host", place, all_open("group", net).id)
        group = ec2.SecurityGroup("endpoint-group", vpc_id=net.id)
        vpc.SecurityGroupIngressRule(
            "endpoint-in", security_group_id=group.id, ip_protocol="tcp", from_port=443, to_port=443,
            cidr_ipv4=net.cidr_block,
        )  # fmt: skip
        ec2.VpcEndpoint(
            "to-sqs", vpc_id=net.id, service_name="com.amazonaws.us-east-1.sqs", vpc_endpoint_type="Interface",
            private_dns_enabled=True, subnet_ids=[place.id], security_group_ids=[group.id],
        )  # fmt: skip

    answer = asked(network(one_vpc(make)), "host", "aws:sqs", port)
    assert isinstance(answer, Reachable if port == 443 else Blocked)
    if isinstance(answer, Reachable):
        assert answer.path[-1].rule == "endpoint-in"


def provider(principal: str) -> Callable[[], None]:
    def program() -> None:
        nets = [ec2.Vpc(name, cidr_block="10.0.0.0/16") for name in ("theirs", "ours")]
        places = [subnet(f"{name}-place", net, "10.0.0.0/24") for name, net in zip(("their", "our"), nets, strict=True)]
        balancer = lb.LoadBalancer(
            "front", load_balancer_type="network", internal=True, subnets=[places[0].id],
            security_groups=[all_open("front-group", nets[0]).id],
        )  # fmt: skip
        action = lb.ListenerDefaultActionArgs(type="forward", target_group_arn="arn")
        lb.Listener("front-listener", load_balancer_arn=balancer.arn, port=80, protocol="TCP", default_actions=[action])
        service = ec2.VpcEndpointService(
            "service", network_load_balancer_arns=[balancer.arn], acceptance_required=False,
            allowed_principals=[principal],
        )  # fmt: skip
        ec2.VpcEndpoint(
            "way", vpc_id=nets[1].id, service_name=service.service_name, vpc_endpoint_type="Interface",
            subnet_ids=[places[1].id], security_group_ids=[all_open("way-group", nets[1]).id],
        )  # fmt: skip
        host("host", places[1], all_open("host-group", nets[1]).id)

    return program


def test_private_link_leads_to_the_listeners_of_the_balancer_although_networks_overlap() -> None:
    found = network(provider(f"arn:aws:iam::{ACCOUNT}:root"))
    assert isinstance(asked(found, "host", "front", 80), Reachable)
    assert isinstance(asked(found, "host", "front", 81), Blocked)


def test_private_link_is_blocked_when_the_service_admits_another_account() -> None:
    answer = asked(network(provider("arn:aws:iam::999988887777:root")), "host", "front", 80)
    assert answer == Blocked(Wall("service", f"service does not admit account {ACCOUNT}"), None)


# -- what AWS makes by itself ----------------------------------------------------------------------------------


def test_defaults_of_aws_are_in_force_when_the_program_says_nothing() -> None:
    def make(_net: ec2.Vpc, place: ec2.Subnet) -> None:
        host("one", place)
        host("other", place)

    found = network(one_vpc(make))
    assert isinstance(asked(found, "one", "other", 22), Reachable)
    assert isinstance(asked(found, "10.0.0.0/24", "one", 22), Blocked)


def test_an_adopted_default_group_is_empty_when_the_program_gives_it_no_rules() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        ec2.DefaultSecurityGroup("closed", vpc_id=net.id)
        host("one", place)
        host("other", place)

    assert isinstance(asked(network(one_vpc(make)), "one", "other", 22), Blocked)


def test_prefix_lists_of_the_account_stand_for_their_entries() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        entry = ec2.ManagedPrefixListEntryArgs(cidr="10.0.0.0/25")
        some = ec2.ManagedPrefixList("some", address_family="IPv4", max_entries=5, entries=[entry])
        group = ec2.SecurityGroup("group", vpc_id=net.id)
        vpc.SecurityGroupIngressRule("listed", security_group_id=group.id, ip_protocol="-1", prefix_list_id=some.id)
        host("host", place, group.id)

    found = network(one_vpc(make))
    assert isinstance(asked(found, "10.0.0.0/26", "host", 22), Reachable)
    # Which of its addresses a source in a subnet has, nobody knows: half of them are admitted.
    assert asked(found, "10.0.0.0/24", "host", 22) == Undecided(("the address of something in inside",))


# -- unknown ---------------------------------------------------------------------------------------------------


def unknown_text() -> pulumi.Output[str]:
    return ec2.Eip("drawn").public_ip.apply(lambda address: f"{address}/32")


def test_the_answer_is_unknown_when_only_an_unknown_rule_could_let_it_through() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        group = ec2.SecurityGroup("group", vpc_id=net.id)
        vpc.SecurityGroupIngressRule(
            "some", security_group_id=group.id, ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv4=unknown_text()
        )
        host("host", place, group.id)
        host("asker", place, all_open("open", net).id)

    found = network(one_vpc(make))
    assert asked(found, "asker", "host", 22) == Undecided(("some.cidrIpv4",))
    assert isinstance(asked(found, "asker", "host", 23), Blocked)


def test_the_answer_is_known_when_the_unknown_could_not_change_it() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        group = all_open("group", net)
        vpc.SecurityGroupIngressRule("some", security_group_id=group.id, ip_protocol="-1", cidr_ipv4=unknown_text())
        host("host", place, group.id)
        host("other", place, group.id)

    assert isinstance(asked(network(one_vpc(make)), "other", "host", 22), Reachable)


@pytest.mark.parametrize("what", ["acl", "route", "rule"])
def test_nothing_is_sure_when_something_belongs_nobody_knows_where(what: str) -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        host("host", place, all_open("group", net).id)
        host("other", place, all_open("other-group", net).id)
        if what == "acl":
            ec2.NetworkAclRule(
                "loose",
                network_acl_id=unknown_text(),
                rule_number=1,
                protocol="-1",
                rule_action="deny",
                cidr_block="0.0.0.0/0",
            )
        elif what == "route":
            ec2.Route("loose", route_table_id=unknown_text(), destination_cidr_block="0.0.0.0/0", gateway_id="igw-1")
        else:
            vpc.SecurityGroupIngressRule("loose", security_group_id=unknown_text(), ip_protocol="-1", cidr_ipv4="::/0")

    answer = asked(network(one_vpc(make)), "other", "host", 22)
    assert isinstance(answer, Undecided)
    assert answer.properties[0].startswith("loose.")


def test_the_answer_is_unknown_when_a_group_is_in_no_graph() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        host("host", place, "sg-0123456789abcdef0")
        host("asker", place, all_open("open", net).id)

    answer = asked(network(one_vpc(make)), "asker", "host", 22)
    assert answer == Undecided(("rules of sg-0123456789abcdef0, which is in none of the graphs",))


# -- joined stacks and names -----------------------------------------------------------------------------------


def test_stacks_are_joined_by_the_ids_that_one_exports_and_the_other_reads() -> None:
    def base() -> None:
        net = ec2.Vpc("net", cidr_block="10.0.0.0/16")
        place = subnet("inside", net, "10.0.0.0/24")
        group = all_open("shared", net)
        host("base", place, group.id)
        for name, value in (("place", place.id), ("group", group.id), ("net", net.id)):
            pulumi.export(name, value)

    first = with_ids(base)
    exports = {name: str(value) for name, value in first.stack_outputs.items()}

    def later() -> None:
        below = pulumi.StackReference("organization/atoll/test")
        ec2.Instance(
            "later",
            ami="ami-12345678",
            instance_type="t3.micro",
            subnet_id=below.get_output("place"),
            vpc_security_group_ids=[below.get_output("group")],
        )

    second = recorded(later, stack="later", stack_outputs={"test": exports})
    assert isinstance(asked(network_of(first, second), "later", "base", 22), Reachable)
    alone = asked(network_of(second), "later", "10.0.0.0/24", 22)
    assert isinstance(alone, Undecided)


def test_a_name_that_nothing_has_is_refused_with_those_that_are_near() -> None:
    found = network(two_vpcs(("10.0.0.0/16", "10.1.0.0/16"), peer))
    with pytest.raises(PlaceError, match="host-0"):
        Places(found)("host-3")


def test_a_public_address_is_needed_when_the_internet_asks() -> None:
    def make(net: ec2.Vpc, place: ec2.Subnet) -> None:
        gateway = ec2.InternetGateway("gateway", vpc_id=net.id)
        routed("table", net, place, ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id))
        group = all_open("group", net)
        host("hidden", place, group.id)
        host("seen", place, group.id, associate_public_ip_address=True)

    found = network(one_vpc(make))
    assert isinstance(asked(found, "internet", "seen", 443), Reachable)
    assert asked(found, "internet", "hidden", 443) == Blocked(Wall("inside", "it has no public address there"), None)
    assert isinstance(asked(found, "hidden", "internet", 443), Blocked)
    assert isinstance(asked(found, "internet", "seen", protocol="icmp"), Reachable)


def test_every_answer_can_be_told_in_lines() -> None:
    found = network(two_vpcs(("10.0.0.0/16", "10.1.0.0/16"), peer))
    told = list(lines(asked(found, "host-0", "host-1", 443)))
    assert told[0] == "reachable, for example tcp 10.0.0.0:32768 → 10.1.0.0:443"
    assert told[1] == "  → egress of group-0: group-0.egress[0]"
    assert told[-1].startswith("  ← ")
    partly = asked(found, "host-0", "0.0.0.0/0", 443)
    assert isinstance(partly, Partly | Undecided | Blocked)

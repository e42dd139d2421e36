"""The evaluator agrees with the simulator where one thing is narrowed, and each of its mutants does not (NET-4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analysis.reach import filters, transit, ways
from analysis.reach.filters import Entry
from analysis.reach.network import AclEntry, GroupRule, RouteTable
from analysis.reach.spaces import DST, EVERY_PORT, FROM_PORT, PORT, SRC
from analysis.reach.standing import Standing
from analysis.reach.transit import Transit
from tests.analysis.reach import laboratory

Mutate = Callable[[pytest.MonkeyPatch], None]


def test_evaluator_agrees_with_the_simulator_when_one_thing_is_narrowed() -> None:
    worlds = laboratory.worlds()
    assert len(worlds) > 400
    assert [flight for world in worlds if (flight := laboratory.disagreement(world)) is not None] == []


# -- mutants ---------------------------------------------------------------------------------------------------


def answer_of_nat_asked_by_the_askers_port(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ways, "NAT_PORT", FROM_PORT)


def answer_of_another_vpcs_nat_asked_by_the_askers_port(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transit, "NAT_PORT", FROM_PORT)


def groups_seen_through_every_transit_gateway(patch: pytest.MonkeyPatch) -> None:
    sees = Standing.into
    patch.setattr(Standing, "into", lambda self, source, target, *, private: sees(self, source, target, private=True))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


def groups_of_what_is_asked_seen_through_transit_gateways(patch: pytest.MonkeyPatch) -> None:
    sees = Standing.out
    patch.setattr(Standing, "out", lambda self, source, target, *, private: sees(self, source, target, private=True))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


def groups_never_seen_through_transit_gateways(patch: pytest.MonkeyPatch) -> None:
    def across(self: Transit, *args: Any) -> Any:
        for ahead, last, returning, _ in between(self, *args):
            yield ahead, last, returning, False

    between = Transit._between  # pyright: ignore[reportPrivateUsage]
    patch.setattr(Transit, "_between", across)


def _border(patch: pytest.MonkeyPatch, judged: Callable[..., tuple[bool, int]]) -> None:
    """Replace when the ACL of an attachment's subnet judges, and which address it compares."""

    def at_border(self: Transit, border: Any, inside: Any, *, egress: bool, back: bool) -> Any:
        if border is None:
            return []
        judges, address = judged(border is inside, egress, back)
        port = FROM_PORT if back else PORT
        return [self.standing.acl(border, address, egress=egress, back=back, port=port)] if judges else []

    patch.setattr(Transit, "_at_border", at_border)


def _address(egress: bool, back: bool) -> int:
    return DST if back != egress else SRC


def border_not_judged_in_the_same_subnet(patch: pytest.MonkeyPatch) -> None:
    _border(patch, lambda same, egress, back: (not same, _address(egress, back)))


def border_always_judged_in_the_same_subnet(patch: pytest.MonkeyPatch) -> None:
    _border(patch, lambda _, egress, back: (True, _address(egress, back)))


def border_judged_on_the_way_out_alone_in_the_same_subnet(patch: pytest.MonkeyPatch) -> None:
    _border(patch, lambda same, egress, back: (not same or egress, _address(egress, back)))


def border_compares_the_same_address_on_the_way_back(patch: pytest.MonkeyPatch) -> None:
    _border(patch, lambda same, egress, _: (not same or not egress, _address(egress, back=False)))


def border_compares_the_other_address(patch: pytest.MonkeyPatch) -> None:
    _border(patch, lambda same, egress, back: (not same or not egress, _address(not egress, back)))


def one_port_of_a_group_taken_as_every_port(patch: pytest.MonkeyPatch) -> None:
    read: Any = filters._of_rule  # pyright: ignore[reportPrivateUsage]

    def wider(rule: GroupRule, *args: Any) -> Any:
        return read(replace(rule, ports=EVERY_PORT) if rule.ports == (443, 443) else rule, *args)

    patch.setattr(filters, "_of_rule", wider)


def one_port_of_an_acl_taken_as_every_port(patch: pytest.MonkeyPatch) -> None:
    read: Any = filters._of_acl  # pyright: ignore[reportPrivateUsage]

    def wider(acl: Any, entry: AclEntry, *args: Any) -> Any:
        return read(acl, replace(entry, ports=EVERY_PORT) if entry.ports == (443, 443) else entry, *args)

    patch.setattr(filters, "_of_acl", wider)


def first_port_of_a_range_forgotten(patch: pytest.MonkeyPatch) -> None:
    read: Any = filters._of_acl  # pyright: ignore[reportPrivateUsage]

    def narrower(acl: Any, entry: AclEntry, *args: Any) -> Any:
        low, high = entry.ports
        return read(acl, replace(entry, ports=(low + 1, high)) if low < 65535 else entry, *args)

    patch.setattr(filters, "_of_acl", narrower)


def entries_of_an_acl_in_the_order_of_the_text(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(filters, "sorted", lambda entries, **_: list(entries), raising=False)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


def answers_not_judged_by_acls(patch: pytest.MonkeyPatch) -> None:
    judge = Standing.acl

    def only_ahead(self: Standing, *args: Any, back: bool, **given: Any) -> Any:
        step = judge(self, *args, back=back, **given)
        return replace(step, entries=(Entry("nothing", (), allow=True),)) if back else step

    patch.setattr(Standing, "acl", only_ahead)


def answers_without_a_route(patch: pytest.MonkeyPatch) -> None:
    lead = Standing.route

    def only_ahead(self: Standing, *args: Any, back: bool, **given: Any) -> Any:
        step = lead(self, *args, back=back, **given)
        return replace(step, entries=(Entry("nothing", (), allow=True),)) if back else step

    patch.setattr(Standing, "route", only_ahead)


def answers_without_a_table_of_the_transit_gateway(patch: pytest.MonkeyPatch) -> None:
    lead = transit.transit_step

    def only_ahead(*args: Any, back: bool, **given: Any) -> Any:
        step = lead(*args, back=back, **given)
        return replace(step, entries=(Entry("nothing", (), allow=True),)) if back else step

    patch.setattr(transit, "transit_step", only_ahead)


def black_holes_overlooked(patch: pytest.MonkeyPatch) -> None:
    lead = transit.transit_step

    def without_holes(name: str, routes: Any, *args: Any, **given: Any) -> Any:
        return lead(name, [route for route in routes if route.attachment is not None], *args, **given)

    patch.setattr(transit, "transit_step", without_holes)


def broadest_route_first(patch: pytest.MonkeyPatch) -> None:
    lead = filters.route_step

    def by_breadth(table: RouteTable, *args: Any, **given: Any) -> Any:
        step = lead(table, *args, **given)
        return replace(step, entries=tuple(reversed(step.entries)))

    patch.setattr("analysis.reach.standing.route_step", by_breadth)


def zones_of_attachments_overlooked(patch: pytest.MonkeyPatch) -> None:
    def anywhere(self: Transit, gateway: str, subnet: Any) -> Any:
        attached = [a for a in self.standing.network.attachments.values() if a.gateway == gateway]
        return next((one for one in attached if one.vpc == subnet.vpc.key), None)

    patch.setattr(Transit, "_attachment", anywhere)


MUTANTS: tuple[Mutate, ...] = (
    answer_of_nat_asked_by_the_askers_port,
    answer_of_another_vpcs_nat_asked_by_the_askers_port,
    groups_seen_through_every_transit_gateway,
    groups_of_what_is_asked_seen_through_transit_gateways,
    groups_never_seen_through_transit_gateways,
    border_not_judged_in_the_same_subnet,
    border_always_judged_in_the_same_subnet,
    border_judged_on_the_way_out_alone_in_the_same_subnet,
    border_compares_the_same_address_on_the_way_back,
    border_compares_the_other_address,
    one_port_of_a_group_taken_as_every_port,
    one_port_of_an_acl_taken_as_every_port,
    first_port_of_a_range_forgotten,
    entries_of_an_acl_in_the_order_of_the_text,
    answers_not_judged_by_acls,
    answers_without_a_route,
    answers_without_a_table_of_the_transit_gateway,
    black_holes_overlooked,
    broadest_route_first,
    zones_of_attachments_overlooked,
)


@pytest.mark.parametrize("mutate", MUTANTS, ids=lambda mutate: mutate.__name__)
def test_the_laboratory_tells_the_evaluator_apart_when_it_is_wrong(
    mutate: Mutate, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    assert any(laboratory.disagreement(world) is not None for world in laboratory.worlds())

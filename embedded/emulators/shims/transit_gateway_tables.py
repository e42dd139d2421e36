"""Let a transit gateway be without default route tables, and tell its attachments' tags, propagations and routes."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.transit_gateway import TransitGateway
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment
from moto.ec2.models.transit_gateway_route_tables import TransitGatewayRelations
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment as Calls

REASON = (
    "moto gives every transit gateway a default table and puts every attachment into it, also where both are switched "
    "off, and keeps one association and one propagation of each attachment: the provider fails to undo the first, and "
    "the second propagation cannot be taken back. The tags of attachments and the attachment of a route are not told; "
    "a deleted attachment is gone at once, while the provider waits to see it deleted."
)
_ASSOCIATION, _PROPAGATION = "AssociationDefaultRouteTableId", "PropagationDefaultRouteTableId"


def apply() -> None:
    """Remove the default table where nobody wants it, and forget associations and propagations by table."""
    _without_default_table()
    _without_default_association()
    _propagations_by_table()
    _attachments_of_routes()
    _tags_of_attachments()


def _without_default_table() -> None:
    make = TransitGateway.__init__

    def with_wanted_tables(self: TransitGateway, backend: Any, description: Any, options: Any = None) -> None:
        make(self, backend, description, options)
        if self.options["DefaultRouteTableAssociation"] == "disable":
            self.options.pop(_ASSOCIATION)
        if self.options["DefaultRouteTablePropagation"] == "disable":
            self.options.pop(_PROPAGATION)
        if not {_ASSOCIATION, _PROPAGATION} & self.options.keys():
            backend.transit_gateways_route_tables.pop(self.default_route_table.id)

    TransitGateway.__init__ = with_wanted_tables  # type: ignore[method-assign]


def _without_default_association() -> None:
    attach, detach = EC2Backend.create_transit_gateway_vpc_attachment, EC2Backend.delete_transit_gateway_vpc_attachment
    associate = EC2Backend.set_route_table_association

    def attached(self: EC2Backend, transit_gateway_id: str, *args: Any, **given: Any) -> Any:
        for key in [key for key, one in self.transit_gateway_attachments.items() if one.state == "deleted"]:
            del self.transit_gateway_attachments[key]
        attachment = attach(self, transit_gateway_id, *args, **given)
        gateway = self.transit_gateways[transit_gateway_id]
        if gateway.options["DefaultRouteTableAssociation"] == "disable":
            gateway.default_route_table.route_table_associations.pop(attachment.id, None)
            attachment.transit_gateway_route_table = None
        return attachment

    def detached(self: EC2Backend, transit_gateway_attachment_id: str) -> Any:
        gone = detach(self, transit_gateway_attachment_id)
        self.transit_gateway_attachments[gone.id] = gone  # AWS shows it as deleted for a while
        return gone

    def associated(self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> None:
        attachment = self.transit_gateway_attachments[transit_gateway_attachment_id]
        table = self.transit_gateways_route_tables.get(transit_gateway_route_table_id)
        if table is not None:
            associate(self, transit_gateway_attachment_id, transit_gateway_route_table_id)
            attachment.transit_gateway_route_table = table

    EC2Backend.create_transit_gateway_vpc_attachment = attached  # type: ignore[method-assign]
    EC2Backend.delete_transit_gateway_vpc_attachment = detached  # type: ignore[method-assign]
    EC2Backend.set_route_table_association = associated  # type: ignore[method-assign]


def _propagations_by_table() -> None:
    def disabled(
        self: EC2Backend, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> TransitGatewayRelations:
        self.disable_route_table_propagation(
            transit_gateway_attachment_id=transit_gateway_attachment_id,
            transit_gateway_route_table_id=transit_gateway_route_table_id,
        )
        return TransitGatewayRelations(
            self, transit_gateway_attachment_id, transit_gateway_route_table_id, state="disabled"
        )

    EC2Backend.disable_transit_gateway_route_table_propagation = disabled  # type: ignore[method-assign]


def _tags_of_attachments() -> None:
    parse = Calls._parse_tag_specification

    def under_both_names(self: Calls, *args: Any) -> dict[str, Any]:
        found: dict[str, Any] = parse(self, *args)
        tags = found.get("transit-gateway-attachment")
        return {**found, "transit-gateway-route-table": tags} if tags else found  # what moto looks for

    Calls._parse_tag_specification = under_both_names  # type: ignore[method-assign]
    TransitGatewayAttachment.tags = property(lambda self: self.get_tags())  # type: ignore[attr-defined]


def _attachments_of_routes() -> None:
    make = EC2Backend.create_transit_gateway_route

    def made(self: EC2Backend, *args: Any, **given: Any) -> dict[str, Any]:
        route: dict[str, Any] = make(self, *args, **given)
        attachment = route.get("transitGatewayAttachments")
        if isinstance(attachment, dict):  # AWS tells a list
            route["transitGatewayAttachments"] = [attachment]
        return route

    EC2Backend.create_transit_gateway_route = made  # type: ignore[method-assign]

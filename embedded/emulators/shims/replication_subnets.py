"""Show a DMS subnet group with the subnets it was made of."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any

from moto.dms.exceptions import ResourceNotFoundFault
from moto.dms.models import DatabaseMigrationServiceBackend, FakeReplicationSubnetGroup
from moto.dms.responses import DatabaseMigrationServiceResponse
from moto.ec2.models import ec2_backends

REASON = (
    "moto shows every replication subnet group with the same invented subnet and VPC, so a refresh puts it elsewhere, "
    "and has no ModifyReplicationSubnetGroup."
)


def apply() -> None:
    """Tell a group where it is when it is made or changed."""
    create, shown = DatabaseMigrationServiceBackend.create_replication_subnet_group, FakeReplicationSubnetGroup.to_dict

    def create_in_place(self: DatabaseMigrationServiceBackend, **given: Any) -> FakeReplicationSubnetGroup:
        place = _place(self, given["subnet_ids"])
        made = create(self, **given)
        made.place = place
        return made

    def modify_replication_subnet_group(self: DatabaseMigrationServiceResponse) -> str:
        told = json.loads(self.body)
        group = self.dms_backend.replication_subnet_groups.get(told["ReplicationSubnetGroupIdentifier"])
        if group is None:
            raise ResourceNotFoundFault("Replication subnet group could not be found.")
        group.description = told.get("ReplicationSubnetGroupDescription", group.description)
        group.place = _place(self.dms_backend, told["SubnetIds"])
        return json.dumps({"ReplicationSubnetGroup": group.to_dict()})

    DatabaseMigrationServiceBackend.create_replication_subnet_group = create_in_place  # type: ignore[method-assign]
    DatabaseMigrationServiceResponse.modify_replication_subnet_group = modify_replication_subnet_group  # type: ignore[attr-defined]
    FakeReplicationSubnetGroup.to_dict = lambda self: shown(self) | self.place  # type: ignore[method-assign]


def _place(backend: DatabaseMigrationServiceBackend, subnet_ids: list[str]) -> dict[str, Any]:
    """The members of a group that say where it is; refuses subnets that do not exist."""
    subnets = ec2_backends[backend.account_id][backend.region_name].describe_subnets(subnet_ids=subnet_ids)
    return {
        "VpcId": subnets[0].vpc_id,
        "Subnets": [
            {
                "SubnetIdentifier": subnet.id,
                "SubnetAvailabilityZone": {"Name": subnet.availability_zone},
                "SubnetStatus": "Active",
            }
            for subnet in subnets
        ],
    }

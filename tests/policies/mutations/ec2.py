"""What must turn the controls of instances and volumes red."""

from __future__ import annotations

import base64

from tests.policies.kit import DELETE, Mutation

USER_DATA = "ec2-user-data-without-secrets"
BY_DEFAULT = (
    ("ebs-encryption-on-by-default", "volumes-encrypted", "enabled", False, "enabled is false, it must be true"),
    (
        "ebs-snapshots-never-public",
        "snapshots-private",
        "state",
        "block-new-sharing",
        'state is "block-new-sharing", it must be "block-all-sharing"',
    ),
)


def _user_data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


MUTATIONS = (
    *(
        mutation
        for control, resource in (
            ("ec2-launch-template-requires-tokens", "template"),
            ("ec2-launch-template-requires-tokens", "configuration"),
            ("ec2-instance-requires-tokens", "spot"),
        )
        for mutation in (
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions.httpTokens": "optional"},
                says='metadataOptions.httpTokens is "optional", it must be "required"',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions": DELETE},
                says='metadataOptions.httpTokens is "optional", it must be "required"',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions.httpPutResponseHopLimit": "3"},
                says='metadataOptions.httpPutResponseHopLimit is "3", it must be at most 2',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                unknown=("metadataOptions",),
                also=("ec2-instance-requires-tokens",),
            ),
        )
    ),
    Mutation(
        control="ec2-instance-requires-tokens",
        resource="virtual-machine",
        of="template",
        change={"metadataOptions.httpTokens": DELETE},
        says='metadataOptions.httpTokens is "optional", it must be "required"',
        also=("ec2-launch-template-requires-tokens",),
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="virtual-machine",
        change={"associatePublicIpAddress": "true"},
        says='associatePublicIpAddress is "true", it must be false',
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="virtual-machine",
        change={"associatePublicIpAddress": DELETE},
        says="associatePublicIpAddress is not set, so that its subnet decides",
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="spot",
        of="spot-subnet",
        change={"mapPublicIpOnLaunch": True},
        says="associatePublicIpAddress is not set, and its subnet spot-subnet hands out public addresses",
        also=("ec2-subnet-without-public-addresses",),
    ),
    Mutation(
        control="ec2-instance-without-public-address", resource="virtual-machine", unknown=("associatePublicIpAddress",)
    ),
    Mutation(
        control="ec2-launch-template-without-public-address",
        resource="template",
        change={"networkInterfaces": [{}, {"associatePublicIpAddress": "true"}]},
        says='networkInterfaces[1].associatePublicIpAddress is "true", it must be false',
    ),
    Mutation(
        control="ec2-launch-template-without-public-address",
        resource="configuration",
        change={"associatePublicIpAddress": True},
        says="associatePublicIpAddress is true, it must be false",
    ),
    Mutation(control="ec2-launch-template-without-public-address", resource="template", unknown=("networkInterfaces",)),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings[0].ebs.encrypted": DELETE},
        says="blockDeviceMappings[0].ebs.encrypted is not set, it must be true",
    ),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings[0].ebs.kmsKeyId": DELETE},
        says="blockDeviceMappings[0].ebs.kmsKeyId is not set",
    ),
    Mutation(control="ec2-launch-template-volumes-encrypted", resource="template", unknown=("blockDeviceMappings",)),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings": [{"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}]},
        says="it maps no volume",
        not_applicable=True,
    ),
    Mutation(
        control="ebs-volume-encrypted",
        resource="volume",
        change={"encrypted": DELETE},
        says="encrypted is false, it must be true",
    ),
    Mutation(control="ebs-volume-encrypted", resource="volume", unknown=("encrypted",)),
    *(
        mutation
        for control, resource, path, value, says in BY_DEFAULT
        for mutation in (
            Mutation(control=control, resource="compliant", of=resource, change={path: value}, says=says),
            Mutation(control=control, resource="compliant", of=resource, unknown=(path,)),
        )
    ),
    Mutation(
        control="ebs-encryption-on-by-default",
        resource="compliant",
        remove=("volumes-encrypted",),
        says="the stack does not turn encryption of new volumes on",
    ),
    Mutation(
        control="ebs-snapshots-never-public",
        resource="compliant",
        remove=("snapshots-private",),
        says="the stack does not block public sharing of snapshots",
    ),
    *(
        Mutation(control=USER_DATA, resource=resource, change=change, says=says)
        for resource, change, says in (
            (
                "template",
                {"userData": _user_data("#!/bin/sh\nexport DB_PASSWORD='hunter2'\n")},
                "line 2 of userData sets DB_PASSWORD in clear",
            ),
            ("virtual-machine", {"userData": '{"apiKey": "abc"}'}, "line 1 of userData sets apiKey in clear"),
            (
                "virtual-machine",
                {"userDataBase64": _user_data("connect postgres://admin:hunter2@database/orders")},
                "line 1 of userDataBase64 looks like a secret",
            ),
            (
                "configuration",
                {"userData": "aws configure set x AKIA" + "IOSFODNN7EXAMPLE"},
                "line 1 of userData looks like a secret",
            ),
        )
    ),
    Mutation(control=USER_DATA, resource="template", unknown=("userData",)),
    Mutation(control=USER_DATA, resource="template", change={"userData": "H4sIAAAAAAAA"}, undecided=True),
)

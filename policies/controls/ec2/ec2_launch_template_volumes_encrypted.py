"""Volumes of launch templates are encrypted with a customer key."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Block, Subject
from policies.verdicts import NotApplicable, Undecided, Verdict, all_of


def check(template: Subject) -> Verdict:
    """A volume is as its snapshot, or as the region's default says, where nobody says otherwise."""
    devices = template.blocks("blockDeviceMappings")
    if devices is None:
        return Undecided("blockDeviceMappings")
    volumes = [device for device in devices if not device.read("ebs").missing]
    if not volumes:
        return NotApplicable("it maps no volume")
    return all_of(*(_encrypted(device) for device in volumes))


def _encrypted(device: Block) -> Verdict:
    return all_of(device.read("ebs.encrypted").must_be(True), device.read("ebs.kmsKeyId").must_be_set())


CONTROL = Control(
    id="ec2-launch-template-volumes-encrypted",
    title="Volumes of launch templates are encrypted with a customer key",
    severity=Severity.MEDIUM,
    rationale="A snapshot of a volume in clear can be read by whoever it is shared with.",
    remediation=Remediation(
        summary="Encrypt every volume with a key of your own",
        snippet=(
            "ec2.LaunchTemplate(\n"
            "    name,\n"
            "    block_device_mappings=[\n"
            '        {"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "kms_key_id": key.arn}},\n'
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("EC2-15",),
    types=("aws:ec2/launchTemplate:LaunchTemplate",),
    check=check,
)

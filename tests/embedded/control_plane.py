"""What the tests of embedded Kubernetes share: a cluster of a running cloud, its administrator, and its users."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import boto3

from embedded.cloud import Cloud
from embedded.kubernetes.cluster import Cluster, clusters_of
from embedded.kubernetes_plugin.api import Api
from embedded.kubernetes_plugin.kubeconfig import Connection

ACCOUNT = "444455556666"


@dataclass(frozen=True)
class ControlPlane:
    """One cluster of a cloud."""

    cloud: Cloud
    name: str

    @staticmethod
    def create(cloud: Cloud, name: str) -> ControlPlane:
        """A new cluster, as an account's program would make it."""
        made = ControlPlane(cloud, name)
        ec2 = made.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
            for number, zone in enumerate("ab")
        ]
        made.client("eks").create_cluster(
            name=name,
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
            resourcesVpcConfig={"subnetIds": [item["Subnet"]["SubnetId"] for item in subnets]},
        )
        return made

    def client(self, service: str, key: str = ACCOUNT, session: str | None = None) -> Any:
        """A client of the cloud in the name of an access key."""
        return boto3.client(
            service, endpoint_url=self.cloud.url, region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key="x", aws_session_token=session,
        )  # fmt: skip

    @property
    def record(self) -> Cluster:
        """What the cloud remembers of it."""
        return next(item for item in clusters_of(self.cloud.home) if item.name == self.name)

    def connection(self, **user: Any) -> Connection:
        """A connection to its endpoint, trusting the authority that `DescribeCluster` tells."""
        pki = self.record.folder(self.cloud.home) / "pki"
        authority = (pki / "ca.crt").read_text()
        return Connection(context=self.name, server=self.record.endpoint, authority=authority, **user)

    def admin(self) -> Api:
        """The API in the name of its administrator."""
        pki = self.record.folder(self.cloud.home) / "pki"
        certificate, key = (pki / "admin.crt").read_text(), (pki / "admin.key").read_text()
        return Api(self.connection(certificate=certificate, key=key))

    def as_key(self, key: str, session: str | None = None) -> Api:
        """The API in the name of an access key, with the token that `aws eks get-token` gives."""
        return Api(self.connection(token=self.token(key, session)))

    def as_role(self, role: str, account: str = ACCOUNT) -> Api:
        """The API in the name of a role of an account."""
        sts = self.client("sts")
        minted = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="ann")["Credentials"]
        return self.as_key(minted["AccessKeyId"], minted["SessionToken"])

    def token(self, key: str, session: str | None = None) -> str:
        """What the exec command of a kubeconfig prints."""
        environment = {**os.environ, **self.cloud.environment(key, "us-east-1")}
        if session:
            environment["AWS_SESSION_TOKEN"] = session
        command = [sys.executable, "-m", "embedded.kubernetes.token", "eks", "get-token", "--cluster-name", self.name]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(run.stdout)["status"]["token"]

"""The PostgreSQL databases of one service on the region's instance, each with a role of its own (DB-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pulumi
from pulumi_aws import lambda_

from components.functions.function import Function, FunctionArgs, FunctionKeys, FunctionNetwork
from components.functions.libraries import library_members
from components.identity.roles import Scope
from components.identity.statements import allow
from contracts.services import compute

TOKEN = "atoll:data:ServiceDatabases"
CODE = Path(__file__).with_name("database_setup") / "setup_databases.py"
CLAUSE = compute.Function(
    runtime="python3.13",
    handler="setup_databases.handler",
    timeout_seconds=120,
    memory_mib=256,
    libraries=("pg8000",),
    tracing=False,
    retries=0,
    reserved_concurrency=None,
)
"""The function that sets databases up; pure Python talks to PostgreSQL."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSpec:
    """One database of the service."""

    name: str
    role: str
    """Role that owns it."""
    connections: int
    """Connections at most."""


@dataclass(frozen=True, kw_only=True)
class SharedDatabaseSpec:
    """One database of another service of the domain."""

    name: str
    owner: str
    """Role that owns it."""
    role: str
    """Role by which this service comes in."""
    access: str
    """`read` or `read-write`."""
    connections: int


@dataclass(frozen=True, kw_only=True)
class ServiceDatabasesArgs:
    """Wiring of a service's databases."""

    scope: Scope
    databases: Sequence[DatabaseSpec]
    shared: Sequence[SharedDatabaseSpec]
    keys: FunctionKeys
    network: FunctionNetwork
    """Private subnets and the service's group, which the database's group admits."""
    master_secret_arn: pulumi.Input[str]
    secrets_key_arn: pulumi.Input[str]
    variables: Mapping[str, pulumi.Input[str]]
    """`DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME` (the one to log in to)."""
    forget: bool
    """Drop the databases with the stack; only for environments that hold no real data."""


class ServiceDatabases(pulumi.ComponentResource):
    """Databases and roles inside PostgreSQL, made by a function that runs once per change.

    AWS has no API for what is inside an instance, and a deployment from outside the VPC cannot reach it: so a function
    in the private subnets logs in as the master user and runs the SQL, which may run again without harm. It makes a
    role with a connection limit that logs in with an IAM token alone, a database that it owns and nobody else may
    connect to; for a shared database a role that reads. When the stack goes, logins are taken away and data stays,
    unless `forget`. Deleting a database from the contract leaves it in the instance, for the same reason.
    Costs: a few function calls a month. Does not do: migrations (the service's own), passwords.
    Errors: the deployment fails with what PostgreSQL said; a failed run is repeated by the next deployment.
    Source: DB-4; Amazon RDS User Guide, "Creating a database account using IAM authentication".
    """

    users: tuple[str, ...]
    """Roles that are made."""

    def __init__(self, name: str, *, args: ServiceDatabasesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        function = Function(
            f"{name}-setup",
            args=FunctionArgs(
                function=CLAUSE,
                scope=args.scope,
                code=pulumi.AssetArchive(
                    {
                        CODE.name: pulumi.FileAsset(str(CODE)),
                        **library_members(CLAUSE.libraries, runtime=CLAUSE.runtime, architecture=CLAUSE.architecture),
                    }
                ),
                keys=args.keys,
                network=args.network,
                variables={"MASTER_SECRET": args.master_secret_arn, **args.variables},
                statements=[
                    allow("ReadMasterSecret", ["secretsmanager:GetSecretValue"], args.master_secret_arn),
                    allow(
                        "DecryptMasterSecret",
                        ["kms:Decrypt"],
                        args.secrets_key_arn,
                        StringEquals={"kms:ViaService": f"secretsmanager.{args.scope.region}.amazonaws.com"},
                    ),
                ],
            ),
            opts=child,
        )
        wanted = {
            "databases": [asdict(database) for database in args.databases],
            "shared": [asdict(database) for database in args.shared],
            "drop": args.forget,
        }
        lambda_.Invocation(
            f"{name}-invocation",
            function_name=function.name,
            input=pulumi.Output.json_dumps(wanted),
            lifecycle_scope="CRUD",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function]),
        )
        self.users = tuple(spec.role for spec in (*args.databases, *args.shared))
        self.register_outputs({"users": list(self.users)})

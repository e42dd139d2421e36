"""`aws eks get-token` where the AWS command line is not installed: ``python -m embedded.kubernetes.token``.

A kubeconfig for EKS runs `aws` for its credentials. `install` puts a command of that name on the PATH of an embedded
cloud's session, if there is none: a kubeconfig then is the same here and on AWS. It knows this one call alone.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any, cast

COMMAND = "aws"
_LIFETIME = datetime.timedelta(minutes=14)  # one less than the token is good for
_MODULE = "embedded.kubernetes.token"


def make_token(cluster: str, region: str | None = None, role: str | None = None) -> str:
    """A token for `cluster` with the credentials of the environment, of `role` if one is named."""
    import boto3  # pyright: ignore[reportMissingTypeStubs] - only now: a quarter of a second that `--version` does not need
    from botocore.signers import RequestSigner

    session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"))
    sts: Any = cast("Any", session).client("sts")
    if role:
        keys = sts.assume_role(RoleArn=role, RoleSessionName="EKSGetTokenAuth")["Credentials"]
        session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=sts.meta.region_name
        )
        sts = cast("Any", session).client("sts")
    credentials: Any = cast("Any", session).get_credentials()
    if credentials is None:
        raise LookupError("no AWS credentials were found")
    signer = RequestSigner(
        sts.meta.service_model.service_id, sts.meta.region_name, "sts", "v4", credentials, cast("Any", session).events
    )
    request: dict[str, Any] = {
        "method": "GET",
        "url": f"{sts.meta.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": cluster},
        "context": {},
    }
    url = signer.generate_presigned_url(request, "", expires_in=60, region_name=sts.meta.region_name)
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def exec_credential(token: str) -> dict[str, Any]:
    """What a client of Kubernetes expects from the command that gives its credentials."""
    expiry = datetime.datetime.now(datetime.UTC) + _LIFETIME
    status = {"expirationTimestamp": expiry.strftime("%Y-%m-%dT%H:%M:%SZ"), "token": token}
    return {
        "kind": "ExecCredential",
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "spec": {},
        "status": status,
    }


def install(folder: Path) -> Path:
    """Write the command into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / COMMAND
    root = shlex.quote(str(Path(__file__).resolve().parents[2]))
    python = f'PYTHONPATH={root}"${{PYTHONPATH:+:$PYTHONPATH}}" exec {shlex.quote(sys.executable)} -P -m {_MODULE} "$@"'
    text = f"#!/bin/sh\n{python}\n"
    if not launcher.is_file() or launcher.read_text() != text:
        fresh = folder / f".{COMMAND}.{os.getpid()}"
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.rename(launcher)
    return launcher


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    for option in ("--region", "--profile", "--output", "--endpoint-url"):
        common.add_argument(option, default=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(prog=COMMAND, parents=[common], description="`aws eks get-token`, and no more.")
    services = parser.add_subparsers(dest="service", required=True)
    eks = services.add_parser("eks", parents=[common]).add_subparsers(dest="operation", required=True)
    token = eks.add_parser("get-token", parents=[common])
    name = token.add_mutually_exclusive_group(required=True)
    name.add_argument("--cluster-name")
    name.add_argument("--cluster-id", dest="cluster_name")
    token.add_argument("--role-arn")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Print the credential as JSON."""
    told = _parser().parse_args(arguments)
    for option, variable in (("profile", "AWS_PROFILE"), ("endpoint_url", "AWS_ENDPOINT_URL")):
        if getattr(told, option, None):
            os.environ[variable] = getattr(told, option)
    try:
        token = make_token(told.cluster_name, getattr(told, "region", None), told.role_arn)
    except Exception as why:  # whatever the SDK says is for the user
        sys.exit(f"aws eks get-token: {why}")
    sys.stdout.write(json.dumps(exec_credential(token)) + "\n")


if __name__ == "__main__":
    main()

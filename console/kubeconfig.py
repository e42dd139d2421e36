"""`atoll cloud kubeconfig`: let `kubectl` and its like into an embedded cluster, as its administrator."""

from __future__ import annotations

from typing import Annotated

import typer
import yaml

from console.exits import Exit
from console.talk import fail, result, result_json
from embedded.home import state_dir
from embedded.kubernetes.cluster import clusters_of
from embedded.kubernetes.life import admin_kubeconfig


def kubeconfig(
    cluster: Annotated[str, typer.Argument(help="Name of the EKS cluster.")],
    account: Annotated[str | None, typer.Option(help="Its account, where several clusters have the name.")] = None,
    region: Annotated[str | None, typer.Option(help="Its region, likewise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not YAML.")] = False,
) -> None:
    """Print a kubeconfig; use it as: atoll cloud kubeconfig NAME > FILE, and KUBECONFIG=FILE kubectl get namespaces.

    It holds the key of the cluster's administrator, for this machine alone. Exit code 2: no such cluster, or several.
    """
    known = sorted(clusters_of(state_dir()), key=lambda item: item.id)
    found = [item for item in known if item.name == cluster and account in (None, item.account)]
    found = [item for item in found if region in (None, item.region)]
    if len(found) != 1:
        names = ", ".join(f"{item.name} ({item.account}, {item.region})" for item in known) or "none"
        problem = "Several clusters have" if found else "No embedded cluster has"
        fail(f"{problem} the name {cluster}; clusters: {names}. Choose with --account and --region.", Exit.USAGE)
    content = admin_kubeconfig(found[0], state_dir())
    result_json(content) if as_json else result(yaml.safe_dump(content, sort_keys=False).rstrip())

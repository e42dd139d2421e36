"""The three kinds that ArgoCD adds to Kubernetes."""

from __future__ import annotations

from components.kubernetes.shapes import MANAGED, Manifest, Spec

GROUP = "argoproj.io"


def definition(kind: str, plural: str, short: tuple[str, ...], required: tuple[str, ...], *, status: bool) -> Manifest:
    """Metadata and specification of one CustomResourceDefinition.

    The fields themselves are ArgoCD's to judge, and `atoll gitops validate` holds ours to its full schemas before they
    are committed: those are 30,000 lines that change with every release, too long for one apply with annotations.
    """
    open_object: Manifest = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    spec = {**open_object, "required": list(required)} if required else open_object
    schema: Manifest = {
        "type": "object",
        "required": ["metadata", "spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec,
            "status": open_object,
            **({"operation": open_object} if kind == "Application" else {}),
        },
    }
    version: Manifest = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        **({"subresources": {"status": {}}} if status else {}),
    }
    name = f"{plural}.{GROUP}"
    return {
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": name, **MANAGED}},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "shortNames": list(short),
            },
            "versions": [version],
        },
    }


def definitions() -> dict[str, Spec]:
    """Plural name → definition; the controller writes the status of an Application itself, so it has no subresource."""
    return {
        "applications": definition(
            "Application", "applications", ("app", "apps"), ("destination", "project"), status=False
        ),
        "applicationsets": definition(
            "ApplicationSet", "applicationsets", ("appset", "appsets"), ("generators", "template"), status=True
        ),
        "appprojects": definition("AppProject", "appprojects", ("appproj", "appprojs"), (), status=False),
    }

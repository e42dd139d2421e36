"""What ArgoCD is told: who may do what, how people log in, what it looks at."""

from __future__ import annotations

import json
from collections.abc import Sequence

from contracts.settings.kubernetes_layer import ArgoCdSettings, SingleSignOnSettings

SSO_SECRET = "argocd-sso"
"""Secret of the namespace with `clientSecret`, which External Secrets writes."""
SESSION = "12h"
"""How long a session lasts."""

_APPLICATION_HEALTH = """\
local found = {status = "Progressing", message = ""}
if obj.status ~= nil and obj.status.health ~= nil then
  found.status = obj.status.health.status
  if obj.status.health.message ~= nil then
    found.message = obj.status.health.message
  end
end
return found
"""
"""Health of an Application, so that a sync wave of Applications waits for the one before it."""


def general(settings: ArgoCdSettings) -> dict[str, str]:
    """Data of `argocd-cm`."""
    found = {
        "url": f"https://{settings.domain}",
        "admin.enabled": "true" if settings.sso is None else "false",
        "exec.enabled": "false",
        "users.anonymous.enabled": "false",
        "users.session.duration": SESSION,
        "application.resourceTrackingMethod": "annotation",
        "timeout.reconciliation": "180s",
        "resource.customizations.health.argoproj.io_Application": _APPLICATION_HEALTH,
        "resource.exclusions": _exclusions(),
    }
    return {**found, "oidc.config": _oidc(settings.sso)} if settings.sso else found


def _exclusions() -> str:
    """Objects that controllers make by the thousand and nobody declares."""
    excluded = [
        {"apiGroups": ["", "discovery.k8s.io"], "kinds": ["Endpoints", "EndpointSlice"], "clusters": ["*"]},
        {"apiGroups": ["coordination.k8s.io"], "kinds": ["Lease"], "clusters": ["*"]},
        {"apiGroups": ["karpenter.sh"], "kinds": ["NodeClaim"], "clusters": ["*"]},
        {"apiGroups": ["cert-manager.io"], "kinds": ["CertificateRequest"], "clusters": ["*"]},
    ]
    return json.dumps(excluded)


def _oidc(sso: SingleSignOnSettings) -> str:
    """Log in at the company's provider; `$name:key` is read from the secret by ArgoCD itself."""
    return json.dumps(
        {
            "name": "Company",
            "issuer": sso.issuer,
            "clientID": sso.client_id,
            "clientSecret": f"${SSO_SECRET}:clientSecret",
            "requestedScopes": ["openid", "profile", "email", "groups"],
            "requestedIDTokenClaims": {"groups": {"essential": True}},
        }
    )


def access(admin_groups: Sequence[str]) -> dict[str, str]:
    """Data of `argocd-rbac-cm`: administrators by group; what teams may do stands in their AppProjects."""
    lines = [f'g, "{group}", role:admin' for group in admin_groups]
    return {"policy.csv": "".join(f"{line}\n" for line in lines), "policy.default": "", "scopes": "[groups, email]"}

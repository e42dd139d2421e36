"""Settings of the contract registry (CON-2): where it is, who may use it, and how old an answer may be."""

from __future__ import annotations

import re
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching
from contracts.settings.kinds import AccountId, Region

READER_ROLE = "atoll-registry-reader"
"""Role in the registry's account that reads contracts and deployment records."""
PUBLISHER_ROLE = "atoll-registry-publisher"
"""Role in the registry's account that publishes contracts and keeps deployment records."""
EXTERNAL_ID = "atoll-contract-registry"
"""External id of both roles: who assumes one must mean the registry. It is no secret.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""
CONTRACTS_PATH = "/atoll/contracts"
"""Parameters below: `<domain>/<service>/<version>`."""
DEPLOYMENTS_PATH = "/atoll/deployments"
"""Parameters below: `<environment>/<region>/<domain>/<service>`."""
DECISIONS_PATH = f"{CONTRACTS_PATH}/_decisions"
"""Parameters below: one a publication of several contracts, `committed` or `aborted`. No domain has this name."""
STATE_TAG = "atoll:state"
"""Tag of a contract's parameters: `pending` until their publication is decided, `published` for ever after."""
PENDING, PUBLISHED = "pending", "published"
KEY_ALIAS = "alias/atoll-registry"
"""Alias of the key that encrypts confidential and restricted contracts."""

OrganizationId = Annotated[
    str,
    matching(
        "o-[a-z0-9]{10,32}",
        "an organization id such as o-exampleorgid",
        lambda text: None if re.fullmatch("o-[a-z0-9]{10,32}", text) else "it is no such id",
        "copy it from `aws organizations describe-organization`, or write null",
    ),
]


class RegistrySettings(Settings):
    """The contract registry: one for all environments, in Parameter Store of its home account and region."""

    account: AccountId
    """Account that holds the registry, 12 digits in quotes."""
    region: Region
    """Region that holds it; it is asked there from everywhere."""
    host: bool
    """Whether this stack makes the registry's roles and key. Exactly one stack does."""
    organization_id: OrganizationId | None
    """Organization whose accounts may assume the registry's roles; null to admit `trusted_accounts` alone."""
    trusted_accounts: tuple[AccountId, ...]
    """Accounts that may assume the registry's roles besides its own and the organization's."""
    staleness_seconds: Annotated[int, between(0, 86_400, "seconds")]
    """Age up to which a list or a deployment record is answered from this machine's cache, 0 to 86400 seconds."""

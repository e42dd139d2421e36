"""Users of services: Cognito user pools and identity pools (AUTH-1)."""

from components.authentication.identity_pool import IdentityPool, IdentityPoolArgs
from components.authentication.provider_details import ProviderCredentials, read_credentials
from components.authentication.user_pool import TokenLifetimes, UserPool, UserPoolArgs

__all__ = [
    "IdentityPool",
    "IdentityPoolArgs",
    "ProviderCredentials",
    "TokenLifetimes",
    "UserPool",
    "UserPoolArgs",
    "read_credentials",
]

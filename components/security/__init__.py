"""Keys, secrets and parameters (SEC-3)."""

from components.security.account_safeguards import AccountSafeguards
from components.security.conformance_pack import ConformancePack, ConformancePackArgs
from components.security.database_login import DatabaseLogin, DatabaseLoginArgs
from components.security.keys import Keys, KeysArgs
from components.security.managed_secret import ManagedSecret, ManagedSecretArgs
from components.security.replica_keys import ReplicaKeys, ReplicaKeysArgs
from components.security.secret_rotator import Rotation, RotatorNetwork, SecretRotator, SecretRotatorArgs
from components.security.secure_parameters import SecureParameters, SecureParametersArgs

__all__ = [
    "AccountSafeguards",
    "ConformancePack",
    "ConformancePackArgs",
    "DatabaseLogin",
    "DatabaseLoginArgs",
    "Keys",
    "KeysArgs",
    "ManagedSecret",
    "ManagedSecretArgs",
    "ReplicaKeys",
    "ReplicaKeysArgs",
    "Rotation",
    "RotatorNetwork",
    "SecretRotator",
    "SecretRotatorArgs",
    "SecureParameters",
    "SecureParametersArgs",
]

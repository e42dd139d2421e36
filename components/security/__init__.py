"""Keys, secrets and parameters (SEC-3)."""

from components.security.managed_secret import ManagedSecret, ManagedSecretArgs

__all__ = ["ManagedSecret", "ManagedSecretArgs"]

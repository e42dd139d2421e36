"""What can go wrong with the registry: each message says what, where, why, and the next command."""

from __future__ import annotations


class RegistryError(Exception):
    """The registry refused, or cannot be used as asked."""


class UnreachableError(RegistryError):
    """The registry did not answer: what is cached may still do."""


class RefusedPublicationError(RegistryError):
    """The contracts may not be published: nothing was written."""


class CorruptError(RegistryError):
    """What is stored is not what was published."""

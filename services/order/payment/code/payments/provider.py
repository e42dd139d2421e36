"""Who moves the money: an interface, and a provider that decides by the payer's token alone, for use without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runtime.settings import ConfigurationError, variable


@dataclass(frozen=True)
class Charge:
    """What is to be taken."""

    payment_id: str
    """The provider's idempotency key: charged twice under the same id is charged once."""
    value: int
    """In the currency's smallest unit."""
    currency: str
    method: str
    """The provider's token for the payer's card or account."""


class DeclinedError(Exception):
    """The provider refuses, for good; its text says why."""


class ProviderUnavailableError(Exception):
    """The provider has not answered: whether the money was taken is not known, so ask again with the same id."""


class Provider(Protocol):
    """What a payment provider must be able to do; every call may come twice."""

    def charge(self, charge: Charge) -> None:
        """Take the money.

        Raises:
            DeclinedError: it is refused.
            ProviderUnavailableError: nobody knows.
        """
        ...

    def reverse(self, payment_id: str) -> None:
        """Give back what was taken under an id, and take nothing more under it.

        Raises:
            ProviderUnavailableError: nobody knows.
        """
        ...


class LocalProvider:
    """Takes no money. Refuses the token `tok_declined`, does not answer to `tok_unreachable`, accepts all others."""

    def charge(self, charge: Charge) -> None:
        """Decide by the token."""
        if charge.method == "tok_declined":
            raise DeclinedError("the card is declined")
        if charge.method == "tok_unreachable":
            raise ProviderUnavailableError("the provider does not answer")

    def reverse(self, payment_id: str) -> None:
        """Nothing was taken."""


PROVIDERS: dict[str, Callable[[], Provider]] = {"local": LocalProvider}
"""Value of `PAYMENT_PROVIDER` → provider."""


def provider() -> Provider:
    """The provider of this environment.

    Raises:
        ConfigurationError: `PAYMENT_PROVIDER` names none.
    """
    name = variable("PAYMENT_PROVIDER")
    if name not in PROVIDERS:
        raise ConfigurationError(f"PAYMENT_PROVIDER is {name!r}; there is {', '.join(PROVIDERS)}")
    return PROVIDERS[name]()

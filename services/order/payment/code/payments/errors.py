"""How operations on payments fail."""

from runtime.errors import ServiceError


class PaymentFailedException(ServiceError):  # noqa: N818 - the name is the error's name in the contract
    """The payment is refused, for good."""

    status = 402


class PaymentConflictException(ServiceError):  # noqa: N818
    """The order was charged another amount."""

    status = 409


class PaymentNotFoundException(ServiceError):  # noqa: N818
    """Nothing was ever taken for this order."""

    status = 404

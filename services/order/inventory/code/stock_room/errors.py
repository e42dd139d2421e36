"""How operations of the stock room fail."""

from runtime.errors import ServiceError


class OutOfStockException(ServiceError):  # noqa: N818 - the name is the error's name in the contract
    """There is not enough of an article."""

    status = 409


class ReservationClosedException(ServiceError):  # noqa: N818
    """The reservation was released, or its goods have left."""

    status = 409


class ReservationNotFoundException(ServiceError):  # noqa: N818
    """Nothing is reserved for this order."""

    status = 404


class StockReservedException(ServiceError):  # noqa: N818
    """More is reserved than there would be."""

    status = 409

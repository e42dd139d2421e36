"""How operations on orders fail."""

from runtime.errors import ServiceError


class OrderConflictException(ServiceError):  # noqa: N818 - the name is the error's name in the contract
    """This order_id was used for another order."""

    status = 409


class UnknownArticleException(ServiceError):  # noqa: N818
    """An article does not exist, or is not sold in the currency of the others."""

    status = 422


class OrderNotFoundException(ServiceError):  # noqa: N818
    """The caller has no such order."""

    status = 404


class OrderClosedException(ServiceError):  # noqa: N818
    """It is too late for that."""

    status = 409


class OrderInvalidException(ServiceError):  # noqa: N818
    """The order cannot be carried out as it is."""

    status = 422


class OrderNotApprovedException(ServiceError):  # noqa: N818
    """An approver has said no."""

    status = 409

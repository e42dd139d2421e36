"""How operations on people fail."""

from runtime.errors import ServiceError


class UserNotFoundException(ServiceError):  # noqa: N818 - the name is the error's name in the contract
    """Nobody has this id."""

    status = 404


class EmailTakenException(ServiceError):  # noqa: N818
    """Another person has this address."""

    status = 409

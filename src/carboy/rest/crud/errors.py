"""Errors of operations on rows."""

from carboy.errors import ConfigError, RefusedError
from carboy.rest.typed import InvalidRequestError
from carboy.translation import gettext


class CrudError(ConfigError, ValueError):
    """Raised when operations on a model are declared in a way that cannot work."""


class ConflictError(RefusedError):
    """Raised when a change contradicts other rows: 409."""

    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This contradicts data that are there already."))


class MissingRowError(InvalidRequestError):
    """Raised when a field names a row that is not there: 409."""

    status = 409


class TakenError(InvalidRequestError):
    """Raised when another row has a value that must be unique: 409, with the field."""

    status = 409


class ChangedError(RefusedError):
    """Raised when a row is not what `If-Match` says: 412."""

    status = 412

    def __init__(self) -> None:
        super().__init__(gettext("This was changed meanwhile. Read it again first."))


class ForbiddenError(RefusedError):
    """Raised when a policy does not allow an action: 403."""

    status = 403

    def __init__(self) -> None:
        super().__init__(gettext("You are not allowed to do this."))

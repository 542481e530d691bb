"""What goes wrong with a database that is no mistake of the code that asks it."""

from sqlalchemy.exc import InvalidRequestError, OperationalError

from carboy.errors import UnavailableError


class DatabaseUnavailableError(UnavailableError, OperationalError):
    """Raised when the database does not answer, is full, locked or overloaded.

    It is also SQLAlchemy's `OperationalError`, so that code which catches that one
    still does. `retry_after` says after how many seconds to come again.
    """

    def __init__(
        self, reason: str, original: Exception, *, retry_after: int = 2
    ) -> None:
        # Each base wants arguments of its own, and both lead to the same attributes.
        Exception.__init__(self, reason)
        self.reason = reason
        self.retry_after = retry_after
        self.orig = original
        self.statement = None
        self.params = None
        self.connection_invalidated = False
        self.hide_parameters = True
        self.ismulti = None
        self.detail = []

    def __str__(self) -> str:
        return self.reason

    def __reduce__(self) -> tuple[type, tuple[str, Exception]]:
        return type(self), (self.reason, self.orig)  # type: ignore[return-value]  # set in __init__, never None


class LazyLoadError(InvalidRequestError):
    """Raised when a relationship is read that was not loaded with its object."""

    def __init__(self, relationship: str) -> None:
        super().__init__(
            f'{relationship} is not loaded, and DATABASE_LAZY_LOADING is "raise".'
            " Load it with the objects:"
            f" select(...).options(selectinload({relationship}))."
        )

"""What may go wrong with a run, for the code that asked for it or that runs."""

from carboy.errors import ConfigError, LostError


class UnknownRunError(LostError):
    """Raised for an id that no row has."""


class TaskUsageError(ConfigError):
    """Raised when a task or a schedule is declared in a way that cannot work."""


class TaskCancelledError(BaseException):
    """Raised inside a task that somebody cancelled.

    It is no `Exception`, so that a task which goes on after every error still stops.
    """

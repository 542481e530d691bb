"""What `@tasks.task` makes of a function."""

from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from .results import RunResult

P = ParamSpec("P")
R = TypeVar("R", covariant=True)


class TaskFunction(Protocol, Generic[P, R]):
    """A function that can also be run in the background.

    It is a `celery.Task`, and can do whatever one can.
    """

    name: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function here and now."""

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> RunResult:
        """Run it in the background, once the transaction at work is committed."""

    def apply_async(  # noqa: PLR0913 - Celery's own arguments
        self,
        args: tuple[Any, ...] | list[Any] | None = None,
        kwargs: dict[str, Any] | None = None,
        *,
        countdown: float | None = None,
        eta: datetime | None = None,
        expires: float | datetime | None = None,
        queue: str | None = None,
        priority: int | None = None,
        task_id: str | None = None,
        unique: str | bool | None = None,
        **options: Any,
    ) -> RunResult:
        """Run it in the background, and say when, where and how urgently."""

    def s(self, *args: Any, **kwargs: Any) -> Any:
        """Return a signature, for chains and groups."""

    def si(self, *args: Any, **kwargs: Any) -> Any:
        """Return a signature that ignores the result of the task before it."""


def make_options(
    *,
    retries: int | None = None,
    retry_on: tuple[type[Exception], ...] = (Exception,),
    backoff: float | timedelta = 1.0,
    backoff_max: float = 600.0,
    jitter: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Return our retry options by Celery's names."""
    attributes = dict(options)
    for name in ("queue", "priority"):
        if name in attributes:
            attributes[f"home_{name}"] = attributes.pop(name)
    if callable(attributes.get("unique")):
        # As a plain attribute of the class it would become a method.
        attributes["unique"] = staticmethod(attributes["unique"])
    if retries is not None:
        attributes["max_retries"] = retries
        if retries:
            seconds = (
                backoff.total_seconds() if isinstance(backoff, timedelta) else backoff
            )
            attributes["autoretry_for"] = retry_on
            attributes["retry_backoff"] = seconds
            attributes["retry_backoff_max"] = backoff_max
            attributes["retry_jitter"] = jitter
    return attributes

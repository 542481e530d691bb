"""The line in the log for each run that fails, is retried or is given up."""

import logging
import sysconfig
import traceback
from pathlib import Path

from carboy.core import redact_text

log = logging.getLogger("carboy.tasks")

_FOREIGN = (
    *(f"{sysconfig.get_path(name)}/" for name in ("stdlib", "purelib", "platlib")),
    f"{Path(__file__).parents[1]}/",
    "<",
)


def log_failure(task: str, run_id: str, attempt: int, error: BaseException) -> None:
    """Log that a run failed, and at which line of the site."""
    log_end(task, run_id, attempt, f"{summarize(error)}{find_place(error)}")
    _log_traceback(run_id, error)


def log_end(task: str, run_id: str, attempt: int, reason: str) -> None:
    """Log that a run will not be tried again."""
    log.error("%s[%s] failed in attempt %d: %s", task, run_id, attempt, reason)


def log_retry(
    task: str,
    run_id: str,
    attempt: int,
    cause: BaseException | str | None,
    delay: float,
) -> None:
    """Log that a run is tried again, and why."""
    reason = cause or "the task asked for it"
    if isinstance(cause, BaseException):
        reason = f"{summarize(cause)}{find_place(cause)}"
    log.warning(
        "%s[%s] is retried in %g s, attempt %d failed: %s",
        task,
        run_id,
        round(delay, 1),
        attempt,
        reason,
    )
    if isinstance(cause, BaseException):
        _log_traceback(run_id, cause)


def log_takeover(run_id: str) -> None:
    """Log that an attempt ended after its claim was lost."""
    log.warning(
        "The run %s was taken over by another worker. What this one did in the "
        "database is rolled back.",
        run_id,
    )


def summarize(error: BaseException) -> str:
    """Return the type and the first line of an error, without passwords."""
    # Lines after the first quote SQL with its parameters.
    text = redact_text(str(error)).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def find_place(error: BaseException) -> str:
    """Return ` (file:line)` of the innermost frame that is the site's own, or ""."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = frame.f_code.co_filename
        if not path.startswith(_FOREIGN):
            here = f"{Path.cwd()}/"
            return f" ({path.removeprefix(here)}:{line})"
    return ""


def _log_traceback(run_id: str, error: BaseException) -> None:
    log.debug("The traceback of %s:", run_id, exc_info=error)

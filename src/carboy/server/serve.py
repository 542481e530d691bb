"""The one call that serves an app."""

import gc

from .listeners import BindError, close_listeners, open_listeners
from .logs import configure_logging, log
from .options import App, ServeOptions, StartCheck


def serve(
    target: str | App, options: ServeOptions, *, on_start: StartCheck | None = None
) -> int:
    """Serve until stopped; return the exit code of the process.

    0 stopped, 2 the target is wrong, 3 a check or the start failed, 4 an address
    cannot be listened on, 5 all workers died for good.
    """
    # Sites that only send events import this folder too, and need none of that.
    from .process.supervisor import FAILED_BIND, ServerSupervisor  # noqa: PLC0415 - see above

    configure_logging()
    if mismatch := find_granian_mismatch():
        log.warning("%s", mismatch)
    try:
        listeners = open_listeners(options)
    except BindError as error:
        log.error("%s", error)
        return FAILED_BIND
    # Else the collector of each worker writes into the pages that all of them share.
    gc.collect()
    gc.freeze()
    try:
        return ServerSupervisor(target, options, listeners, on_start).run()
    finally:
        close_listeners(listeners)


def find_granian_mismatch() -> str:
    """Return how the installed Granian differs from the known one, or an empty text."""
    from .http import granian  # noqa: PLC0415 - as above

    return granian.describe_mismatches()

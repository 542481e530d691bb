"""The log of a worker: its own lines, and those that tasks log or print."""

import logging
import sys
from typing import Any

from celery.app import trace
from celery.app.log import Logging
from celery.utils.log import ColorFormatter, task_logger
from flask.logging import default_handler

from carboy.core import redact_text
from carboy.tasks.worker import OutputToLog

# `tasks.failures` logs these, in all pools and with the place in the site's code.
_LOGGED_ALREADY = {
    trace.LOG_FAILURE,
    trace.LOG_RETRY,
    trace.LOG_REJECTED,
    trace.LOG_IGNORED,
    "Task handler raised error: %r",
    "Hard time limit (%ss) exceeded for %s[%s]",
    "Soft time limit (%ss) exceeded for %s[%s]",
}


class LedgerLogging(Logging):
    """Celery's logging, with one line for each that a task logs or prints."""

    def setup_logging_subsystem(self, *args: Any, **options: Any) -> Any:
        """Set up the log, unless the site did so."""
        receivers = super().setup_logging_subsystem(*args, **options)
        # Flask adds it where no log is set up; each line would be written twice.
        logging.getLogger(self.app.site.app.name).removeHandler(default_handler)
        for name in ("celery.app.trace", "celery.worker.request"):
            logging.getLogger(name).addFilter(_is_new)
        return receivers

    def setup_handlers(self, logger: Any, *args: Any, **options: Any) -> Any:
        """Add a handler that writes no passwords, if there is none."""
        options.setdefault("formatter", _RedactingFormatter)
        return super().setup_handlers(logger, *args, **options)

    def setup_task_loggers(self, *_args: Any, **_options: Any) -> Any:
        """Leave the lines of tasks to the root logger, like all others."""
        return task_logger

    def redirect_stdouts_to_logger(self, *_args: Any, **_options: Any) -> Any:
        """Log what tasks print: to `sys.stdout` at INFO, to `sys.stderr` at WARNING."""
        # Not as attributes: they are no files, and claim not to be.
        stream = sys.__stderr__ or sys.stderr
        vars(sys)["stdout"] = OutputToLog(stream, logging.INFO)
        vars(sys)["stderr"] = OutputToLog(stream, logging.WARNING)


class _RedactingFormatter(ColorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact_text(super().format(record))


def _is_new(record: logging.LogRecord) -> bool:
    # An internal error of Celery has the text of a failure.
    return record.msg not in _LOGGED_ALREADY or record.levelno == logging.CRITICAL

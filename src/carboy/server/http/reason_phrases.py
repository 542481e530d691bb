"""Reports an app's own text behind a status, which Granian does not send.

Granian's interface takes the number of a status and writes the text that HTTP
registers for it, or `<none>`. See docs/compatibility.md.
"""

from http import HTTPStatus

from werkzeug.http import HTTP_STATUS_CODES

from carboy.server.logs import log


def _list_usual_lines() -> set[str]:
    """Return the status lines that have no text of an app's own."""
    phrases = [(code, phrase) for code, phrase in HTTP_STATUS_CODES.items()]
    phrases += [(status.value, status.phrase) for status in HTTPStatus]
    lines = {f"{code} {phrase}" for code, phrase in phrases}
    # As Werkzeug writes them, and what it writes for a number without a text.
    return (
        lines
        | {line.upper() for line in lines}
        | {f"{code} UNKNOWN" for code in range(100, 1000)}
    )


USUAL_LINES = _list_usual_lines()
# One line in the log for each number, however many texts an app makes up.
_reported: set[int] = set()


def report_own_phrase(status: int, status_line: str) -> None:
    """Log once that the text of a status is not sent."""
    if status in _reported or not status_line.partition(" ")[2].strip():
        return
    _reported.add(status)
    log.warning(
        "%s is sent as %d with the text that HTTP registers: Granian sends no other. "
        "RFC 9112 asks clients to ignore it. For a client that reads it, run "
        "carboy serve --server gunicorn",
        ascii(status_line[:200]),
        status,
    )

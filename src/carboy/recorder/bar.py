"""Adds the bar to HTML pages: one script, which reads its trace by the JSON API."""

from flask import Response, current_app, request
from markupsafe import escape

from carboy.site import is_local_client

from .recording import Recording

_END = b"</body>"


def add_bar(response: Response, recording: Recording) -> None:
    """Add the bar to a whole page that the developer opens on this machine."""
    if (
        response.mimetype != "text/html"
        or not response.is_sequence
        or "Content-Encoding" in response.headers
        or request.method == "HEAD"
        or request.headers.get("Sec-Fetch-Dest", "document") != "document"
        or not (current_app.debug and is_local_client())
    ):
        return
    before, end, after = response.get_data().rpartition(_END)
    if not end:
        return
    script = make_script(recording.summary.id)
    response.set_data(before + script.encode() + end + after)


def make_script(trace_id: str) -> str:
    """Return the element that shows the bar of a trace."""
    # Not url_for, which takes as long as a query.
    base = escape(f"{request.script_root}/-/debug")
    return (
        f'<script src="{base}/static/bar.js" data-trace="{base}/api/traces/{trace_id}"'
        " defer></script>"
    )

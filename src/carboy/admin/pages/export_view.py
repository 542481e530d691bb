"""The rows of a list as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, stream_with_context
from werkzeug.exceptions import BadRequest, NotFound

from carboy.admin.access import EXPORT
from carboy.admin.lists import FilterError, RowSelection
from carboy.admin.transfer import FORMATS, list_exported, stream_rows
from carboy.ui import secure_response

from .list_view import read_query
from .page import ConsolePage


def send_rows(page: ConsolePage, slug: str) -> Any:
    """Send all rows that match as CSV, XLSX or JSON."""
    admin = page.get_admin(slug, EXPORT)
    page.require_fresh(admin)
    kind = FORMATS.get(request.args.get("format", "csv"))
    if kind is None:
        raise NotFound
    selection = RowSelection(
        is_all=True, search=read_query().search, filter=request.args.get("filter", "")
    )
    try:
        selection.select(admin, page.access.visible)
    except FilterError as error:
        raise BadRequest(str(error)) from error
    fields = list_exported(page.access.visible(admin.model).values())
    names = [each.name for each in fields]
    rows = stream_rows(page.console.session, admin, page.access, selection)
    answer = secure_response(
        Response(_stream(kind.write(names, rows)), content_type=kind.media_type)
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.{kind.name}"'
    return answer


def _stream(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return iter(stream_with_context(pieces))

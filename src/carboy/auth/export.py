"""Everything that is stored of a user, for the user."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from .app_state import auth_state
from .credentials import export_credentials
from .events import list_events

_ALL = 100_000
# Nobody needs a copy of what only proves who one is.
_SECRET = {"password_hash", "auth_epoch"}


def export_user(user: Any) -> dict[str, Any]:
    """Return the columns of a user and what has happened, ready for JSON."""
    columns = sa.inspect(type(user)).column_attrs
    values = {
        column.key: _convert(getattr(user, column.key))
        for column in columns
        if column.key not in _SECRET
    }
    events = [
        {"kind": e.kind, "at": e.at.isoformat(), "address": e.address, "agent": e.agent}
        for e in list_events(user, _ALL)
    ]
    session = auth_state.current().db.session()
    credentials = export_credentials(session, user.get_id())
    return {"account": values, "events": events, **credentials}


def _convert(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)

"""Flask-Session: sessions on the server, without its pickle."""

from carboy.legacy.rows import rows_of, same_names

_SAFE = "Sessions are stored as msgpack: what Flask-Session pickled is not read."

MODULES = ("flask_session",)
ROWS = (
    *rows_of("flask_session", "", same_names("carboy.sessions", "Session"), safe=_SAFE),
)

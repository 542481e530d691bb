"""How large an urlencoded form may be: Werkzeug limits multipart forms only.

`carboy serve` refuses such a request before it reaches the app; other servers do not.
"""

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

_URLENCODED = "application/x-www-form-urlencoded"


def check_form_size(other: Request | None = None) -> None:
    """Refuse an urlencoded form with more than MAX_FORM_PARTS fields, or too large.

    The large body is looked at as bytes: its fields cost far more.
    """
    # Flask's limits may be None, which Werkzeug's types do not say.
    current: Any = request if other is None else other
    if current.mimetype != _URLENCODED:
        return
    size, most = current.max_form_memory_size, current.max_form_parts
    length = current.content_length
    if size is not None and length is not None and length > size:
        raise RequestEntityTooLarge
    if most is not None and (length is None or length > most):
        body = current.get_data()
        if body.count(b"&") >= most or (size is not None and len(body) > size):
            raise RequestEntityTooLarge

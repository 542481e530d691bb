"""Entity tags: a response that the client has already, a change that came too late."""

from hashlib import blake2b

from flask import Response, request
from werkzeug.http import parse_etags

from .errors import ChangedError

_SIZE = 12


def make_tag(body: bytes) -> str:
    """Return the entity tag of a body."""
    return blake2b(body, digest_size=_SIZE).hexdigest()


def tag_created(response: Response) -> Response:
    """Add the tag of a row that was just written."""
    response.set_etag(make_tag(response.get_data()))
    return response


def tag_response(response: Response, whole: bytes) -> Response:
    """Add the tag of the whole row, and answer 304 to a client that has it."""
    response.set_etag(make_tag(whole))
    response.make_conditional(request)
    return response


def has_condition() -> bool:
    """Return whether a change is to happen only if nothing else has changed."""
    return "If-Match" in request.headers


def require_match(body: bytes) -> None:
    """Raise `ChangedError` unless the body is one that `If-Match` names."""
    tags = parse_etags(request.headers.get("If-Match"))
    if not tags.contains(make_tag(body)):
        raise ChangedError

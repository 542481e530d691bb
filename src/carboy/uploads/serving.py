"""Send files to browsers so that nothing in them can act for the site."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, redirect, request, send_file
from werkzeug.exceptions import Forbidden, NotFound

from .app_state import UploadsState, make_variant_key
from .attachment import AttachedFile, FileDetails
from .content.kinds import BINARY_KIND, KINDS
from .content.temporary import make_temporary
from .errors import FileMissingError, LinkExpiredError, UploadRefusedError
from .links import Link
from .rules import UploadRules
from .storages import Storage
from .stored_reader import open_stored

log = logging.getLogger("carboy.uploads")

_YEAR = 31_536_000
# For whatever a browser makes of the file: no script, no form, no origin.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
_REDIRECT_SECONDS = 300


def serve_link(state: UploadsState, path: str) -> Any:
    """Return the response to a request for a signed link."""
    try:
        link = state.links.read(path, request.args)
    except LinkExpiredError as error:
        raise Forbidden(str(error)) from None
    except ValueError:
        raise NotFound from None
    rules = state.find_rules(link.key)
    if (rules.private or rules.policy) and not link.expires:
        # A link of the time when the column was public.
        raise Forbidden
    if rules.policy is not None and not rules.policy(_make_attachment(link, rules)):
        raise Forbidden
    try:
        key = _find_variant(state, link, rules) if link.variant else link.key
        response = send_stored(state.storage, key, link)
    except FileMissingError:
        raise NotFound from None
    if response.location is not None:
        # The URL that it leads to is valid for minutes, also that of a public file.
        return response
    seconds = state.links.seconds_left(link)
    if seconds is None:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = f"private, max-age={seconds}"
    return response


def send_stored(storage: Storage, key: str, link: Link) -> Response:
    """Return the response that sends a file; a local one is sent by the server."""
    kind = KINDS.get(link.kind, BINARY_KIND)
    url = storage.url(
        key,
        expires=_REDIRECT_SECONDS,
        filename=link.name,
        content_type=kind.content_type,
        inline=link.is_inline,
    )
    if url is not None:
        answer: Any = redirect(url)
        answer.headers["Cache-Control"] = "private, max-age=60"
        response: Response = answer
        return response
    path = storage.local_path(key)
    stored = storage.stat(key)
    if stored is None:
        raise FileMissingError(f"There is no file with the key {key!r}.")
    source: Any = path or open_stored(storage, key, stored.size)
    response = send_file(
        source,
        mimetype=kind.content_type,
        as_attachment=not link.is_inline,
        download_name=link.name,
        conditional=path is not None,
        # What is stored under a key never changes.
        etag=key.replace("/", "-"),
        last_modified=stored.modified,
    )
    if path is None:
        response.content_length = stored.size
        response.make_conditional(
            request.environ, accept_ranges=True, complete_length=stored.size
        )
    add_headers(response)
    return response


def add_headers(response: Response) -> None:
    """Forbid a browser to guess the type, and to run anything of the file."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY


def _make_attachment(link: Link, rules: UploadRules) -> AttachedFile:
    details = FileDetails(link.key, link.name, 0, link.kind, "")
    return rules.value_class(details)


def _find_variant(state: UploadsState, link: Link, rules: UploadRules) -> str:
    """Return the key of a variant, which is made when it is first asked for."""
    size = rules.variants.get(link.variant)
    if size is None:
        raise FileMissingError(f"There is no variant {link.variant!r}.")
    key = make_variant_key(link.key, link.variant, size)
    if state.storage.stat(key) is not None:
        return key
    with make_temporary() as copy:
        for chunk in state.storage.read(link.key):
            copy.write(chunk)
        try:
            image = state.images.encode(copy, link.kind, size)
        except UploadRefusedError:
            # It was decoded when it came, so that the site has changed since.
            log.exception("The variant %s cannot be made.", key)
            raise FileMissingError(f"There is no file with the key {key!r}.") from None
    with image.file:
        state.storage.write(key, _read_chunks(image.file))
    if state.storage.stat(link.key) is None:
        # Deleted meanwhile: nobody would remove the variant.
        state.storage.delete(key)
        raise FileMissingError(f"There is no file with the key {link.key!r}.")
    return key


def _read_chunks(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while data := file.read(262_144):
        yield data

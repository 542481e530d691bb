"""A WSGI app that uses each part of the protocol, behind the validator."""

from wsgiref.validate import validator


def app(environ, start_response):
    environ["wsgi.errors"].write("")
    environ["wsgi.errors"].writelines([])
    environ["wsgi.errors"].flush()
    path = environ["PATH_INFO"]
    taken = take(path, environ["wsgi.input"])
    environ["wsgi.file_wrapper"].__name__.encode()
    text = "|".join([
        *(environ["REQUEST_METHOD"], environ["SCRIPT_NAME"], path),
        *(environ["QUERY_STRING"], environ.get("CONTENT_LENGTH", "-")),
        str(taken),
    ]).encode("latin-1")
    kind = [("Content-Type", "text/plain")]
    if path == "/status":
        start_response("204 No Content", [])
        return []
    if path == "/error":
        start_response("200 OK", kind)
        error = LookupError()
        start_response("500 Oh", kind, (LookupError, error, error.__traceback__))
        return [text]
    if path == "/write":
        start_response("200 OK", kind)(text)
        return [b""]
    start_response("200 OK", kind)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return give(text) if path == "/stream" else [text]


def take(path, stream) -> int:
    """Read the body in the way that the path names."""
    if path == "/line":
        return len(stream.readline())
    if path == "/lines":
        return len(stream.readlines())
    if path == "/each":
        return sum(1 for _ in stream)
    size = 0
    while data := stream.read(65536):
        size += len(data)
    return size


def give(text):
    yield text[:3]
    yield b""
    yield text[3:]


checked = validator(app)

"""A WSGI callable without a framework: what the server alone can do."""

import json


def app(environ, start_response):
    """Answer JSON for every path."""
    body = json.dumps({"message": "Hello, World!"}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    start_response("200 OK", headers)
    return [body]

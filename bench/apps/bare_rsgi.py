"""An RSGI callable without a framework: what the server alone can do."""

import json


async def app(scope, protocol):
    """Answer JSON for every path."""
    body = json.dumps({"message": "Hello, World!"}).encode()
    headers = [
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
    ]
    protocol.response_bytes(200, headers, body)

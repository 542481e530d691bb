"""Robyn, on its own server."""

import sys

from robyn import Robyn

app = Robyn(__file__)


@app.get("/json")
async def json(request):
    """Return a dict."""
    return {"message": "Hello, World!"}


if __name__ == "__main__":
    app.start(host="127.0.0.1", port=int(sys.argv.pop()))

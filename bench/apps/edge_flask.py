"""Uploads, downloads, large JSON and a waiting view, on Flask."""

import time

from flask import Flask, Response, request

from apps.edge_work import ITEMS, MEGABYTE, NAP

app = Flask(__name__)


@app.get("/json")
def json():
    """Return a response that shows that the server has started."""
    return {"message": "Hello, World!"}


@app.post("/upload")
def upload():
    """Read the whole body."""
    return {"size": len(request.get_data())}


@app.get("/download")
def download():
    """Return a megabyte that is in memory."""
    return Response(MEGABYTE, mimetype="application/octet-stream")


@app.get("/items")
def items():
    """Return 100 kB of JSON."""
    return ITEMS


@app.get("/nap")
def nap():
    """Wait, as a view does for its database."""
    time.sleep(NAP)
    return {"message": "rested"}

"""Flask."""

from flask import Flask

app = Flask(__name__)


@app.get("/json")
def json():
    """Return a dict, as the quickstart does."""
    return {"message": "Hello, World!"}

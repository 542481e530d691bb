"""`flask.ext.NAME` and `flaskext.NAME`: the package `flask_NAME`."""

from carboy.legacy.rows import Row

GONE = "Flask 1.0"
MODULES = ("flask.ext", "flaskext")
ROWS = (
    Row(
        "flask.ext.NAME",
        GONE,
        "the package flask_NAME, installed or ours",
        "from flask_NAME import …",
    ),
    Row(
        "flaskext.NAME",
        "Flask 0.8",
        "the package flask_NAME, installed or ours",
        "from flask_NAME import …",
    ),
)

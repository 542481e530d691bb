"""Name the arguments of send_file as Flask 2 does."""

from carboy.upgrade.calls import renamed_keywords
from carboy.upgrade.rule import UpgradeRule

_FILE = {
    "attachment_filename": "download_name",
    "cache_timeout": "max_age",
    "add_etags": "etag",
}
_FOLDER = {**_FILE, "filename": "path"}


RULE = UpgradeRule(
    id="flask-send-file",
    title="Name the arguments of send_file as Flask 2 does",
    why="Flask 2.0 renamed them, 2.2 removed the old names.",
    package="flask",
    since="2.0",
    words=("attachment_filename", "cache_timeout", "add_etags", "send_from_directory"),
    check=renamed_keywords({
        "flask.send_file": _FILE,
        "flask.helpers.send_file": _FILE,
        "flask.send_from_directory": _FOLDER,
        "flask.helpers.send_from_directory": _FOLDER,
    }),
    examples=(
        (
            (
                "from flask import send_file\n"
                "\n"
                'send_file(f, attachment_filename="a.pdf")\n'
            ),
            'from flask import send_file\n\nsend_file(f, download_name="a.pdf")\n',
        ),
    ),
)

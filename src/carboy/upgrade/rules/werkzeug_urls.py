"""Quote URLs with urllib.parse."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="werkzeug-urls",
    title="Quote URLs with urllib.parse",
    why="Werkzeug 3.0 removed its copies of the functions of urllib.parse.",
    package="werkzeug",
    since="3.0",
    words=("werkzeug",),
    check=moved_names({
        "werkzeug.urls.url_quote": "urllib.parse.quote",
        "werkzeug.urls.url_quote_plus": "urllib.parse.quote_plus",
        "werkzeug.urls.url_unquote": "urllib.parse.unquote",
        "werkzeug.urls.url_unquote_plus": "urllib.parse.unquote_plus",
        "werkzeug.urls.url_join": "urllib.parse.urljoin",
        "werkzeug.urls.url_encode": "urllib.parse.urlencode",
        "werkzeug.url_quote": "urllib.parse.quote",
        "werkzeug.url_quote_plus": "urllib.parse.quote_plus",
        "werkzeug.url_unquote": "urllib.parse.unquote",
        "werkzeug.url_unquote_plus": "urllib.parse.unquote_plus",
        "werkzeug.url_join": "urllib.parse.urljoin",
        "werkzeug.url_encode": "urllib.parse.urlencode",
    }),
    examples=(
        (
            'from werkzeug.urls import url_quote\n\nurl_quote("a b")\n',
            'from urllib.parse import quote\n\nquote("a b")\n',
        ),
    ),
)

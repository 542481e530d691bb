"""If this passes, the rule `url-parse` edits its cases only."""

from carboy.upgrade.rules.url_parse import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from werkzeug.urls import url_parse\nurl_parse(x).host\n",
        "from urllib.parse import urlsplit\nurlsplit(x).hostname\n",
    ),
]
UNCHANGED = [
    "from werkzeug.urls import url_parse\nurl_parse(x).decode_query()\n",
    "from urllib.parse import urlsplit\n",
    "def url_parse(x): ...\nurl_parse(1).netloc\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

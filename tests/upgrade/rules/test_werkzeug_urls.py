"""If this passes, the rule `werkzeug-urls` edits old names, and nothing else."""

from carboy.upgrade.rules.werkzeug_urls import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import werkzeug.urls\n\nfrom werkzeug.urls import url_encode as encode\n",
        "import werkzeug.urls\n\nfrom urllib.parse import urlencode as encode\n",
    ),
    (
        'from werkzeug.urls import url_quote\nquote = 1\nurl_quote("")\n',
        'from urllib.parse import quote as url_quote\nquote = 1\nurl_quote("")\n',
    ),
]
UNCHANGED = [
    'from urllib.parse import quote\nquote("")\n',
    (
        "try:\n"
        "    from werkzeug.urls import url_quote\n"
        "except ImportError:\n"
        "    url_quote = None\n"
    ),
    "# from werkzeug.urls import url_quote\ntext = 'werkzeug.urls.url_quote'\n",
    "from werkzeug.urls import url_quote  # carboy: keep\n",
    "class url_quote:\n    pass\n\n\nurl_quote()\n",
    "def use(url_quote):\n    return url_quote.url_quote\n",
    "from .werkzeug.urls import url_quote\n",
    "import other as werkzeug\n\nwerkzeug.urls.url_quote\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

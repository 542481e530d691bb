"""If this passes, the rule `paginate-keywords` edits its cases only."""

from carboy.upgrade.rules.paginate_keywords import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "import flask\n"
            "Post.query.paginate(\n"
            '    request.args.get("p", 1, type=int), per_page=5)\n'
        ),
        (
            "import flask\n"
            "Post.query.paginate(\n"
            '    page=request.args.get("p", 1, type=int), per_page=5)\n'
        ),
    )
]
UNCHANGED = [
    'client.paginate("Bucket")\n',
    "import flask\nPost.query.paginate(page=1)\n",
    "import flask\nPost.query.paginate(*args)\n",
    "import flask\npaginate(1, 2)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

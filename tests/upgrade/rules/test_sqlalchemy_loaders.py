"""If this passes, the rule `sqlalchemy-loaders` edits its cases only."""

from carboy.upgrade.rules.sqlalchemy_loaders import RULE
from tests.upgrade.cases import make_cases

START = "from sqlalchemy.orm import joinedload\n"
CHANGED: list[tuple[str, str]] = []
UNCHANGED = [
    START + "User.query.options(joinedload(User.posts)).all()\n",
    START + "query.options(joinedload('posts'))\n",
    START + "options = joinedload('posts')\n",
    START + "user.query.options(joinedload('posts'))\n",
    "User.query.options(joinedload('posts'))\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

"""If this passes, the rule `utcnow` edits its cases only."""

from carboy.upgrade.rules.utcnow import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import datetime as dt\nx = Column(default=dt.datetime.utcnow)\n",
        (
            "import datetime as dt\n"
            "x = Column(default=lambda: "
            "dt.datetime.now(dt.timezone.utc).replace(tzinfo=None))\n"
        ),
    )
]
UNCHANGED = [
    "from datetime import datetime\ndatetime.now()\n",
    "datetime.utcnow()\n",
    "from arrow import datetime\ndatetime.utcnow()\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

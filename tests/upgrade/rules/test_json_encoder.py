"""If this passes, the rule `json-encoder` edits its cases only."""

from carboy.upgrade.rules.json_encoder import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "import json\n"
            "\n"
            "\n"
            "class E(json.JSONEncoder):\n"
            "    def default(self, o): ...\n"
            "\n"
            "\n"
            "app.json_encoder = E\n"
        ),
        (
            "import json\n"
            "\n"
            "\n"
            "class E(json.JSONEncoder):\n"
            "    def default(self, o): ...\n"
            "\n"
            "\n"
            "app.json.default = E().default\n"
        ),
    )
]
UNCHANGED = [
    "import json\n\n\nclass E(json.JSONEncoder): ...\n\n\njson.dumps(x, cls=E)\n",
    "app.json_encoder = make()\n",
    (
        "from flask.json import JSONEncoder\n"
        "\n"
        "\n"
        "class E(JSONEncoder):\n"
        "    def default(self, o): ...\n"
        "\n"
        "\n"
        "json.dumps(x, cls=E)\n"
    ),
    "class JSONEncoder: ...\n\n\nclass E(JSONEncoder): ...\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

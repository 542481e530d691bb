"""If this passes, the rule `flask-restplus` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_restplus import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask_restplus import fields as f\n",
        "from flask_restx import fields as f\n",
    ),
    (
        "import flask_restplus\n\nflask_restplus.Api()\n",
        "import flask_restx as flask_restplus\n\nflask_restplus.Api()\n",
    ),
]
UNCHANGED = [
    "from flask_restx import Api\n",
    "try:\n    from flask_restplus import Api\nexcept ImportError:\n    Api = None\n",
    "# from flask_restplus import Api\ntext = 'flask_restplus.Api'\n",
    "from flask_restplus import Api  # carboy: keep\n",
    "class Api:\n    pass\n\n\nApi()\n",
    "def use(Api):\n    return Api.Api\n",
    "from .flask_restplus import Api\n",
    "import other as flask_restplus\n\nflask_restplus.Api\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

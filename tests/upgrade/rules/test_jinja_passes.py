"""If this passes, the rule `jinja-passes` edits old names, and nothing else."""

from carboy.upgrade.rules.jinja_passes import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import jinja2\n\n\n@jinja2.evalcontextfilter\ndef f(context, x): ...\n",
        "import jinja2\n\n\n@jinja2.pass_eval_context\ndef f(context, x): ...\n",
    ),
    (
        "from jinja2 import Markup, environmentfilter as e\n",
        "from jinja2 import Markup, pass_environment as e\n",
    ),
]
UNCHANGED = [
    (
        "try:\n"
        "    from jinja2 import contextfilter\n"
        "except ImportError:\n"
        "    contextfilter = None\n"
    ),
    "# from jinja2 import contextfilter\ntext = 'jinja2.contextfilter'\n",
    "from jinja2 import contextfilter  # carboy: keep\n",
    "class contextfilter:\n    pass\n\n\ncontextfilter()\n",
    "def use(contextfilter):\n    return contextfilter.contextfilter\n",
    "from .jinja2 import contextfilter\n",
    "import other as jinja2\n\njinja2.contextfilter\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

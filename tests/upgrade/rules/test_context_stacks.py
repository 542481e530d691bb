"""If this passes, the rule `context-stacks` edits its cases only."""

from carboy.upgrade.rules.context_stacks import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask import _request_ctx_stack, g\nx = _request_ctx_stack.top.user\n",
        (
            "from flask import g\n"
            "from flask.globals import request_ctx\n"
            "x = request_ctx.user\n"
        ),
    )
]
UNCHANGED = [
    "from flask import _app_ctx_stack\nif _app_ctx_stack.top is not None: pass\n",
    (
        "try:\n"
        "    from flask import _app_ctx_stack as stack\n"
        "except ImportError:\n"
        "    from flask import _request_ctx_stack as stack\n"
        "stack.top\n"
    ),
    "_app_ctx_stack.top\n",
    (
        "from werkzeug.local import LocalStack\n"
        "_app_ctx_stack = LocalStack()\n"
        "_app_ctx_stack.top.x\n"
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)

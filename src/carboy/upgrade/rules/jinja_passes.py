"""Use the decorators pass_context, pass_environment, pass_eval_context."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="jinja-passes",
    title="Use the decorators pass_context, pass_environment, pass_eval_context",
    why="Jinja 3.1 removed the decorators by their old names.",
    package="jinja2",
    since="3.0",
    words=("jinja2",),
    check=moved_names({
        "jinja2.contextfilter": "jinja2.pass_context",
        "jinja2.contextfunction": "jinja2.pass_context",
        "jinja2.environmentfilter": "jinja2.pass_environment",
        "jinja2.environmentfunction": "jinja2.pass_environment",
        "jinja2.evalcontextfilter": "jinja2.pass_eval_context",
        "jinja2.evalcontextfunction": "jinja2.pass_eval_context",
        "jinja2.filters.contextfilter": "jinja2.pass_context",
        "jinja2.filters.contextfunction": "jinja2.pass_context",
        "jinja2.filters.environmentfilter": "jinja2.pass_environment",
        "jinja2.filters.environmentfunction": "jinja2.pass_environment",
        "jinja2.filters.evalcontextfilter": "jinja2.pass_eval_context",
        "jinja2.filters.evalcontextfunction": "jinja2.pass_eval_context",
        "jinja2.utils.contextfilter": "jinja2.pass_context",
        "jinja2.utils.contextfunction": "jinja2.pass_context",
        "jinja2.utils.environmentfilter": "jinja2.pass_environment",
        "jinja2.utils.environmentfunction": "jinja2.pass_environment",
        "jinja2.utils.evalcontextfilter": "jinja2.pass_eval_context",
        "jinja2.utils.evalcontextfunction": "jinja2.pass_eval_context",
        "jinja2.runtime.contextfilter": "jinja2.pass_context",
        "jinja2.runtime.contextfunction": "jinja2.pass_context",
        "jinja2.runtime.environmentfilter": "jinja2.pass_environment",
        "jinja2.runtime.environmentfunction": "jinja2.pass_environment",
        "jinja2.runtime.evalcontextfilter": "jinja2.pass_eval_context",
        "jinja2.runtime.evalcontextfunction": "jinja2.pass_eval_context",
    }),
    examples=(
        (
            (
                "from jinja2 import contextfilter\n"
                "\n"
                "\n"
                "@contextfilter\n"
                "def shout(context, text): ...\n"
            ),
            (
                "from jinja2 import pass_context\n"
                "\n"
                "\n"
                "@pass_context\n"
                "def shout(context, text): ...\n"
            ),
        ),
    ),
)

"""Name the app before the command of Celery."""

import re
from collections.abc import Iterator

from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit
from carboy.upgrade.text_file import UnparsedFile

_COMMAND = re.compile(
    rb"\bcelery[ \t]+(?P<command>worker|beat|flower|inspect|purge)(?P<middle>[^\n&|;]*?)"
    rb"[ \t]+(?P<app>(?:-A|--app)[ =]?[\w.:]+)"
)


def _check(file: UnparsedFile) -> Iterator[Finding]:
    for match in _COMMAND.finditer(file.data):
        start = match.span("command")[0]
        text = f"{match['app'].decode()} {match['command'].decode()}{match['middle'].decode()}"
        message = "the app stands before the command"
        yield Finding(start, message, (Edit(start, match.end(), text),))


RULE = UpgradeRule(
    id="celery-command",
    title="Name the app before the command of Celery",
    why="Celery 5.0 wants its options before the command.",
    package="celery",
    since="5.0",
    words=("celery",),
    check=_check,
    examples=(
        (
            "worker: celery worker -A app.celery -l info\n",
            "worker: celery -A app.celery worker -l info\n",
        ),
    ),
    kind="config",
)

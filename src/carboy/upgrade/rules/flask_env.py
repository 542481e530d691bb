"""Turn debugging on with FLASK_DEBUG."""

import re
from collections.abc import Iterator

from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit
from carboy.upgrade.text_file import UnparsedFile

_SET = re.compile(
    rb"(?<!\w)(?P<name>FLASK_ENV)(?P<equals>[\"']?[ \t]*[=:][ \t]*|[ \t]+)"
    rb"(?P<quote>[\"']?)(?P<value>development|production|testing)(?P=quote)(?![\w-])"
)


def _check(file: UnparsedFile) -> Iterator[Finding]:
    for match in _SET.finditer(file.data):
        start, end = match.span("name")[0], match.span("value")[1]
        before = file.source.get(
            file.source.lines[file.source.line_of(start) - 1], start
        )
        if before.lstrip().startswith(("#", ";", "//")):
            continue
        if match["equals"].isspace() and "ENV" not in before:
            continue
        value = "1" if match["value"] == b"development" else "0"
        middle = (match["equals"] + match["quote"]).decode()
        is_json = b":" in match["equals"] and not match["quote"]
        text = f"FLASK_DEBUG{middle}" + (f'"{value}"' if is_json else value)
        message = f"FLASK_ENV={match['value'].decode()} is FLASK_DEBUG={value}"
        yield Finding(start, message, (Edit(start, end, text),))


RULE = UpgradeRule(
    id="flask-env",
    title="Turn debugging on with FLASK_DEBUG",
    why=(
        "Flask 2.3 removed FLASK_ENV: development meant debug, "
        "production is the default."
    ),
    package="flask",
    since="2.3",
    words=("FLASK_ENV",),
    check=_check,
    examples=(
        ("FLASK_APP=app\nFLASK_ENV=development\n", "FLASK_APP=app\nFLASK_DEBUG=1\n"),
    ),
    kind="config",
)

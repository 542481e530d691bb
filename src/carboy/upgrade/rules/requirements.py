"""Raise pins to versions that work together."""

import re
from collections.abc import Iterator

from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit
from carboy.upgrade.text_file import UnparsedFile

# Project → the version that replaces older pins, and its successor if it is dead.
_PINS = {
    "flask": "3.1",
    "werkzeug": "3.1",
    "jinja2": "3.1",
    "markupsafe": "3.0",
    "itsdangerous": "2.2",
    "click": "8.1",
    "wtforms": "3.2",
    "flask-wtf": "1.2",
    "flask-login": "0.6.3",
    "flask-sqlalchemy": "3.1",
    "sqlalchemy": "2.0",
    "flask-migrate": "4.1",
    "alembic": "1.14",
    "flask-mail": "0.10",
    "celery": "5.4",
    "kombu": "5.4",
    "billiard": "4.2",
    "flask-caching": "2.3",
    "flask-restful": "0.3.10",
    "flask-jwt-extended": "4.7",
    "flask-moment": "1.0.6",
    "flask-bcrypt": "1.0.1",
    "flask-cors": "5.0",
    "flask-httpauth": "4.8",
    "flask-babel": "4.0",
    "flask-admin": "1.6.1",
    "flask-limiter": "3.8",
    "flask-marshmallow": "1.2",
    "marshmallow": "3.22",
    "marshmallow-sqlalchemy": "1.1",
    "flask-testing": "0.8.1",
    "gunicorn": "22.0",
    "pytest": "8.3",
    "blinker": "1.8",
    "redis": "5.0",
    "psycopg2": "2.9",
    "psycopg2-binary": "2.9",
    "pyyaml": "6.0.2",
    "cryptography": "43.0",
    "requests": "2.32",
    "python-dateutil": "2.9",
    "pymysql": "1.1.1",
    "pillow": "10.4",
    "flask-socketio": "5.3",
    "flask-restx": "1.3",
    "flask-debugtoolbar": "0.15",
    "flask-session": "0.8",
    "flask-principal": "0.4",
    "bleach": "6.1",
    "coverage": "7.6",
    "mako": "1.3",
    "greenlet": "3.1",
    "amqp": "5.2",
    "vine": "5.1",
    "six": "1.16",
    "flask-mongoengine": "1.0",
    "mongoengine": "0.29",
    "pymongo": "4.8",
}
_SUCCESSORS = {
    "flask-cache": "Flask-Caching",
    "flask-restplus": "flask-restx",
    "flask-uploads": "Flask-Reuploaded",
    "flask-oauth": "Authlib",
    "flask-oauthlib": "Authlib",
    "flask-babelex": "Flask-Babel",
}
# Gone without a successor: what they did is in Flask, or in another package.
_GONE = {"flask-script", "flask-celery-helper", "flask-celery"}
_EXACT = re.compile(r"\s*(==|~=|<=|<)\s*(\d[\w.]*)")
_LINE = re.compile(
    (
        "^[ \\t]*(?P<name>[A-Za-z][\\w.-]*)(?:\\[[^\\]\\n]*\\])?(?P<pin>[ "
        "\\t]*[=~<>!]=?[^#;\\n\\\\]*)?"
    ),
    re.MULTILINE,
)
_QUOTED = re.compile(
    r"""(?P<quote>["'])(?P<name>[A-Za-z][\w.-]*)(?:\[[^\]\n]*\])?"""
    r"""(?P<pin>[ \t]*[=~<>!]=[^"';\n]*)(?P=quote)"""
)
_TABLE = re.compile(
    (
        "^(?P<name>[A-Za-z][\\w.-]*)[ \\t]*=[ "
        "\\t]*[\"'](?P<pin>(?:==|~=|<=|<|\\^)[ \\t]*\\d[\\w.]*)[\"']"
    ),
    re.MULTILINE,
)


def _check(file: UnparsedFile) -> Iterator[Finding]:
    text = file.data.decode()
    name = file.path.name
    if name == "Pipfile":
        patterns = [_TABLE]
    elif name == "pyproject.toml":
        patterns = [_TABLE, _QUOTED]
    elif name == "setup.py":
        patterns = [_QUOTED]
    else:
        patterns = [_LINE]
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield from _check_match(file, text, match)


def _check_match(
    file: UnparsedFile, text: str, match: re.Match[str]
) -> Iterator[Finding]:
    project = re.sub(r"[-_.]+", "-", match["name"]).lower()
    offset = len(text[: match.start("name")].encode())
    pin = match["pin"] or ""
    size = len(match["name"].encode())
    is_list = file.path.suffix in {".txt", ".in", ".pip"}
    if project in _SUCCESSORS and (pin or is_list):
        new = _SUCCESSORS[project]
        edits = [Edit(offset, offset + size, new)]
        if pin and _EXACT.match(pin.replace("^", "==")):
            start = len(text[: match.start("pin")].encode())
            edits.append(Edit(start, start + len(pin.rstrip().encode()), ""))
        yield Finding(
            offset, f"{match['name']} is dead; {new} follows it", tuple(edits)
        )
    elif project in _GONE and is_list:
        end = file.source.line_end(offset)
        start = file.source.lines[file.source.line_of(offset) - 1]
        message = f"{match['name']} is dead, and needed no more"
        yield Finding(offset, message, (Edit(start, end, ""),))
    elif project in _PINS and pin:
        yield from _raise_pin(match, text, offset, _PINS[project])


def _raise_pin(
    match: re.Match[str], text: str, offset: int, version: str
) -> Iterator[Finding]:
    pin = match["pin"]
    exact = _EXACT.match(pin.replace("^", "~="))
    start = len(text[: match.start("pin")].encode())
    if exact is None or not _is_older(exact[2], version):
        return
    if exact[1] in {"<", "<="} or "," in pin:
        message = f"{match['name']} {pin.strip()} keeps {version} out. Raise the limit"
        yield Finding(offset, message)
        return
    space = pin[: len(pin) - len(pin.lstrip())]
    edits = (Edit(start, start + len(pin.rstrip().encode()), f"{space}~={version}"),)
    message = f"{match['name']} {exact[2]} is too old for the upgraded code"
    yield Finding(offset, message, edits)


def _is_older(version: str, other: str) -> bool:
    numbers = [int(n) for n in re.findall(r"\d+", version)[:3]]
    return numbers < [int(n) for n in re.findall(r"\d+", other)]


RULE = UpgradeRule(
    id="requirements",
    title="Raise pins to versions that work together",
    why=(
        "Old pins keep the old code running only; the upgraded code "
        "needs these versions."
    ),
    package="",
    since="0",
    words=("=",),
    check=_check,
    examples=(
        (
            (
                "Flask==0.12.2\n"
                "Flask-Script==2.0.6\n"
                "Flask-Cache==0.13.1  # fast\n"
                "requests\n"
            ),
            "Flask~=3.1\nFlask-Caching  # fast\nrequests\n",
        ),
    ),
    kind="requirements",
)

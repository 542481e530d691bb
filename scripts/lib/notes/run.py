"""Runs samples of notes under the door of carboy.legacy, each in a process."""

import os
import re
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

from .extract import Sample
from .prelude import FILES, make_prelude

_TEMPLATE = re.compile(r"render_template\(['\"]([\w./]+)['\"]")
_FORM = re.compile(r"request\.form(?:\.get\(|\[)['\"](\w+)['\"]")
_FILE = re.compile(r"request\.files(?:\.get\(|\[)['\"](\w+)['\"]")
_IS_BODY = re.compile(r"Working outside of|'return' outside function")
_SERVER_ERROR = 500
_ARGUMENTS = {
    "IntegerConverter": "1",
    "FloatConverter": "1.5",
    "PathConverter": "a/b",
    "UUIDConverter": "12345678123456781234567812345678",
    "TelephoneConveter": "13800000000",
    "TelephoneConverter": "13800000000",
    "RegexConverter": "888",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sample ended: without an error, or with which."""

    sample: Sample
    error: str

    @property
    def passed(self) -> bool:
        """Whether it ran."""
        return not self.error


def run_samples(samples: Iterable[Sample]) -> list[Outcome]:
    """Run Python samples and compile templates; each in a fork of this process.

    What needs a request, or returns, is the body of a view: it runs as one.
    """
    outcomes = []
    for sample in samples:
        complete = replace(sample, code=_complete(sample.code))
        error = _run_in_fork(complete)
        if _IS_BODY.search(error):
            error = _run_in_fork(replace(complete, code=_make_view(sample.code)))
        outcomes.append(Outcome(sample, error))
    return outcomes


def _complete(code: str) -> str:
    """Add a view to decorators that stand alone."""
    lines = [line for line in code.splitlines() if line.strip()]
    if lines and lines[-1].lstrip().startswith("@app."):
        return f"{code}\ndef view(**values):\n    return 'a page'\n"
    return code


def _make_view(code: str) -> str:
    body = textwrap.indent(code, "    ")
    return (
        "from flask import Flask\n"
        f"def sample():\n{body}\n"
        "    return 'ok'\n"
        "app.add_url_rule('/sample', view_func=sample, methods=['POST'])\n"
    )


def _run_in_fork(sample: Sample) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        error = _run(sample)
        os.write(writer, error.encode()[-4000:])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read().decode()
    os.waitpid(child, 0)
    return text


def _run(sample: Sample) -> str:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.path.insert(0, folder)
        output = os.open("output", os.O_CREAT | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        try:
            if sample.language == "html":
                _compile_template(sample)
            else:
                _run_code(sample)
        except SystemExit as error:
            return "" if not error.code else f"SystemExit: {error.code}"
        except BaseException:  # noqa: BLE001 - it is the outcome
            return traceback.format_exc()
        return ""


def _compile_template(sample: Sample) -> None:
    import flask  # noqa: PLC0415 - not before the door is open

    app = flask.Flask("notes")
    app.jinja_env.filters.update(cut=str, db=str)
    app.jinja_env.from_string(sample.code)


def _run_code(sample: Sample) -> None:
    namespace = _execute(sample)
    _configure_models()
    import flask  # noqa: PLC0415 - not before the door is open

    for app in [v for v in namespace.values() if isinstance(v, flask.Flask)]:
        _drive(app, sample.code)


def _execute(sample: Sample) -> dict[str, Any]:
    import flask  # noqa: PLC0415 - not before the door is open
    import werkzeug.serving  # noqa: PLC0415 - not before the door is open

    for path, text in FILES.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    Path("templates").mkdir()
    for name in _TEMPLATE.findall(sample.code):
        Path("templates", name).write_text("a page")
    flask.Flask.run = lambda *_args, **_options: None
    werkzeug.serving.run_simple = lambda *_args, **_options: None
    sys.argv = ["manage.py", "--help"]
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": "manage.py"}
    sys.modules["__main__"].__dict__.update(namespace)
    exec(compile(make_prelude(sample.code), "prelude.py", "exec"), namespace)  # noqa: S102 - to run it is what this is for
    code = compile(sample.code, "manage.py", "exec")
    if "from .views" in sample.code:
        # The `__init__.py` of a package, which is this folder.
        namespace |= {"__package__": "mycrm", "__name__": "mycrm"}
        package = sys.modules["mycrm"] = ModuleType("mycrm")
        package.__path__ = [str(Path.cwd())]
    Path("manage.py").write_text(sample.code)
    exec(code, namespace)  # noqa: S102 - to run it is what this is for
    return namespace


def _configure_models() -> None:
    orm = sys.modules.get("sqlalchemy.orm")
    if orm is not None:
        orm.configure_mappers()


def _drive(app: Any, code: str) -> None:
    """Request every page of an app once; an error of the server is an error."""
    app.testing = True
    client = app.test_client()
    for rule in [*app.url_map.iter_rules()]:
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            continue
        arguments = {
            name: _ARGUMENTS.get(type(vars(rule)["_converters"][name]).__name__, "blog")
            for name in rule.arguments
        }
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(
                rule.endpoint, arguments, "GET" if "GET" in rule.methods else "POST"
            )
        if "://" in path:
            path = "/" + path.split("/", 3)[3]
        for method in rule.methods & {"GET", "POST"}:
            data: dict[str, Any] = dict.fromkeys(_FORM.findall(code), "harry")
            if method == "POST":
                data |= {n: (BytesIO(b"x"), "a.png") for n in _FILE.findall(code)}
            response = client.open(
                path, method=method, data=data if method == "POST" else None
            )
            if response.status_code >= _SERVER_ERROR:
                message = f"{method} {path} answers {response.status}"
                raise RuntimeError(message)

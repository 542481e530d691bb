"""If this passes, nothing is changed without the door, and closing takes all back."""

import json
import subprocess
import sys

import carboy.legacy

WATCHED = [
    "flask",
    "flask.app",
    "flask.helpers",
    "flask.globals",
    "flask.json",
    "flask.json.provider",
    "flask.wrappers",
    "flask.blueprints",
    "werkzeug",
    "werkzeug.urls",
    "werkzeug.utils",
    "werkzeug.security",
    "werkzeug.wrappers",
    "sqlalchemy",
    "sqlalchemy.orm",
    "sqlalchemy.engine",
    "wtforms",
    "wtforms.fields",
    "wtforms.validators",
    "itsdangerous",
    "jinja2",
    "celery",
    "collections",
    "inspect",
]
SNAPSHOT = """
import importlib, json, sys
def look(names):
    seen = {}
    for name in names:
        module = importlib.import_module(name)
        for key, value in sorted(vars(module).items()):
            seen[f"{name}.{key}"] = f"{type(value).__name__} {id(value)}"
            if isinstance(value, type):
                for inner, held in sorted(vars(value).items()):
                    seen[f"{name}.{key}.{inner}"] = id(held)
    return seen
"""


def run_python(code: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_site_without_the_door_has_not_one_attribute_changed():
    """The batteries are used in between, so that all of them are imported."""
    code = f"""{SNAPSHOT}
names = {WATCHED!r}
before = look(names)
import carboy, carboy.db, carboy.forms, carboy.script
app = carboy.Carboy("site")
db = carboy.db.SQLAlchemy()
assert not [name for name in sys.modules if f"{{name}}.".startswith("carboy.legacy.")]
after = look(names)
changed = [k for k in before if before[k] != after.get(k)]
new = [k for k in after.keys() - before.keys() if k.endswith("__getattr__")]
print(json.dumps(changed + new))
"""
    changed = json.loads(run_python(code))

    # Modules that were imported in between are attributes of their packages.
    assert [name for name in changed if "__warningregistry__" not in name] == []


def test_closing_the_door_takes_everything_back():
    code = f"""{SNAPSHOT}
import os
os.environ["LEGACY_REPORT"] = os.devnull
import warnings
warnings.simplefilter("ignore")
names = {WATCHED!r}
import flask.testing  # which would be a new attribute of flask
import carboy.db, carboy.legacy
carboy.legacy.close_door()
before = look(names)
carboy.legacy.open_door()
from flask import Markup
from sqlalchemy.orm import relation
opened = look(names)
carboy.legacy.close_door()
after = look(names)
print(json.dumps([len([k for k in before if before[k] != opened.get(k)]),
                  [k for k in before if before[k] != after.get(k)],
                  sorted(after.keys() - before.keys())]))
"""
    changed, still_changed, new = json.loads(run_python(code))

    assert changed > 20
    assert still_changed == []
    assert [name for name in new if "__warningregistry__" not in name] == []


def test_the_import_costs_a_few_small_modules():
    code = """
import sys, carboy, flask.cli, carboy.script, carboy.auth
before = set(sys.modules)
import carboy.legacy
print(*sorted(set(sys.modules) - before))
"""
    modules = run_python(code).split()

    assert len(modules) < 25, modules
    assert all(m.startswith(("carboy.legacy", "runpy")) for m in modules), modules
    assert not {"sqlalchemy", "wtforms", "celery"} & {*modules}


def test_opening_twice_is_opening_once(door):
    count = len(sys.meta_path)

    carboy.legacy.open_door()

    assert len(sys.meta_path) == count
    assert carboy.legacy.is_open()


def test_the_snapshot_would_find_a_change():
    code = f"""{SNAPSHOT}
import flask
before = look(["flask"])
flask.Flask.env = 1
after = look(["flask"])
print(sorted(after.keys() - before.keys()))
"""
    assert "flask.Flask.env" in run_python(code)


def test_the_import_costs_a_few_thousand_calls():
    """About 6,000 calls take 5 ms; a theme with a package behind it takes many more."""
    code = """
import cProfile, flask, carboy
profile = cProfile.Profile()
profile.enable()
import carboy.legacy
profile.disable()
print(sum(entry.callcount for entry in profile.getstats()))
"""
    assert int(run_python(code)) < 9000

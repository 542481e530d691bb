"""If this passes, classes of Flask-Script become commands of click, or stay."""

from pathlib import PurePath

import pytest

from carboy.upgrade import rewrite
from carboy.upgrade.rules.flask_script import RULE

BEFORE = """\
from app import create_app
from flask_script import Command, Manager, Option

manager = Manager(create_app)


class Seed(Command):
    option_list = (Option("-n", dest="count", type=int),)

    def run(self, count):
        print(count)


manager.add_command("seed", Seed())
"""
AFTER = """\
from app import create_app
import click
from flask.cli import FlaskGroup, with_appcontext

manager = FlaskGroup(create_app=create_app)


class Seed(object):

    def run(self, count):
        print(count)


manager.add_command(click.Command("seed", callback=with_appcontext(Seed().run),\
 params=[click.Option(["-n", "count"], type=int)]))
"""


def upgrade(text: str) -> str:
    return rewrite(
        text.encode(), PurePath("manage.py"), ["python"], [RULE]
    ).after.decode()


def test_a_class_becomes_a_command():
    assert upgrade(BEFORE) == AFTER
    assert upgrade(AFTER) == AFTER


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def run(self, count)", "def run(self, *count)"),
        ("def run(self, count)", "def run(self)"),
        ("def run(self, count)", "def get_options(self)"),
        ("Seed(Command)", "Seed(Command, Mixin)"),
        ("(Option(", "(make("),
        ("Seed())", "Seed(1))"),
        ('manager.add_command("seed", Seed())', ""),
    ],
)
def test_what_is_not_clear_stays(old, new):
    text = BEFORE.replace(old, new)

    assert text != BEFORE
    assert upgrade(text) == text

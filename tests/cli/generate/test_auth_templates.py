"""The templates of accounts are copied into a project, which then owns them."""

import pytest
from jinja2 import Environment

from carboy.cli.generate.auth_templates import add_auth_templates
from carboy.cli.generate.changes import FileChanges
from carboy.errors import ConfigError


def test_all_templates_are_copied(folder):
    changes = FileChanges(folder)
    add_auth_templates(changes, folder / "templates", ())

    names = {str(path.relative_to(folder / "templates")) for path in changes.created}
    assert {"auth/login.html", "auth/passkeys.html", "mail/auth_reset.txt"} <= names
    for text in changes.created.values():
        Environment(autoescape=True).parse(text)


def test_what_the_project_has_stays(folder):
    own = folder / "templates" / "auth" / "login.html"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    changes = FileChanges(folder)
    add_auth_templates(changes, folder / "templates", ("auth/login.html",))

    changes.write()

    assert changes.created == {}
    assert own.read_text() == "mine"


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(ConfigError, match=r"'login'.*auth/login\.html"):
        add_auth_templates(FileChanges(folder), folder, ("login",))

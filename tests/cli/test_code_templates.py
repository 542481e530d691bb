"""Templates of code leave Jinja's own signs and Python's brackets alone."""

import pytest
from jinja2 import UndefinedError

from carboy.cli.code_templates import make_environment


def test_only_the_signs_of_code_templates_are_read(tmp_path):
    (tmp_path / "a.tmpl").write_text("<% if name %>\n{{ << name >> }}\n<% endif %>\n")
    environment = make_environment(tmp_path)

    assert environment.get_template("a.tmpl").render(name="x") == "{{ x }}\n"
    with pytest.raises(UndefinedError):
        environment.get_template("a.tmpl").render()

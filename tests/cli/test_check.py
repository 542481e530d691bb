"""If this passes, mistakes are told in time, and make the exit code."""

import json

from flask import Flask

from carboy.cli.check import find_all
from carboy.core import Check, registry_of

WARNED = """
    from carboy.core import Check, registry_of
    from flask import Flask

    app = Flask(__name__)
    registry_of(app).checkers.append(
        lambda app: [Check("shop.{level}001", "The cork is loose.", "Press it.")]
    )
"""


def test_a_good_site_has_no_mistakes(carboy, site):
    done = carboy("check")

    assert (done.code, done.out) == (0, "No mistakes found.\n")


def test_an_error_makes_the_exit_code(carboy, write):
    write("app.py", WARNED.replace("{level}", "E"))

    done = carboy("check")

    assert done.code == 1
    assert "shop.E001 The cork is loose." in done.out
    assert "Press it." in done.out
    assert "1 error, 0 warnings." in done.out


def test_a_warning_does_so_only_where_asked(carboy, write):
    write("app.py", WARNED.replace("{level}", "W"))

    assert carboy("check").code == 0
    assert carboy("check", "--strict").code == 1


def test_json_is_for_programs(carboy, write):
    write("app.py", WARNED.replace("{level}", "W"))

    assert json.loads(carboy("check", "--json").out) == [
        {
            "id": "shop.W001",
            "level": "warning",
            "message": "The cork is loose.",
            "hint": "Press it.",
        }
    ]


def test_deploy_looks_at_the_site_as_in_production(carboy, site, write):
    write(".env", "CARBOY_PROFILE=development\n")

    done = carboy("check", "--deploy")

    assert done.code == 1
    ids = {line.split()[0] for line in done.out.splitlines() if "core." in line}
    assert {"core.E001", "core.E002", "core.E043", "core.W029"} == ids


def test_deploy_knows_plain_apps_too(carboy, plain):
    done = carboy("check", "--deploy")

    assert "core.E010" in done.out
    assert "core.W027" in done.out
    assert carboy("check").code == 0


def test_silenced_checks_are_not_told():
    app = Flask("shop")
    registry_of(app).checkers.append(lambda _: [Check("shop.W001", "Loose.")])
    app.config["CHECKS_SILENCED"] = ("shop.W001",)

    assert find_all(app) == []

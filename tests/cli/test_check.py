"""If this passes, mistakes are reported and set the exit code."""

import json

import pytest

SITE = """
    from carboy.core import Check, registry_of
    from flask import Flask

    app = Flask(__name__)
    registry_of(app).checkers.append(
        lambda app: [Check("shop.{level}001", "The cork is loose.", "Press it.")]
    )
"""


def test_a_good_site_has_no_mistakes(carboy, site):
    result = carboy("check")

    assert (result.code, result.out) == (0, "No mistakes found.\n")


def test_an_error_sets_exit_code_1(carboy, write):
    write("app.py", SITE.replace("{level}", "E"))

    result = carboy("check")

    assert result.code == 1
    assert "shop.E001 The cork is loose." in result.out
    assert "Press it." in result.out
    assert "1 error, 0 warnings." in result.out


def test_a_warning_fails_only_with_strict(carboy, write):
    write("app.py", SITE.replace("{level}", "W"))

    assert carboy("check").code == 0
    assert carboy("check", "--strict").code == 1


def test_json_prints_one_list(carboy, write):
    write("app.py", SITE.replace("{level}", "W"))

    assert json.loads(carboy("check", "--json").out) == [
        {
            "id": "shop.W001",
            "level": "warning",
            "message": "The cork is loose.",
            "hint": "Press it.",
        }
    ]


def test_deploy_checks_the_site_in_the_production_profile(carboy, site, write):
    write(".env", "CARBOY_PROFILE=development\n")

    result = carboy("check", "--deploy")

    assert result.code == 1
    ids = {line.split()[0] for line in result.out.splitlines() if "core." in line}
    assert {"core.E001", "core.E002", "core.E043", "core.W029", "core.W037"} == ids


def test_deploy_checks_plain_flask_apps_too(carboy, plain):
    result = carboy("check", "--deploy")

    assert "core.E010" in result.out
    assert "core.W027" in result.out
    assert carboy("check").code == 0


def test_deploy_fails_a_site_with_cookies_and_no_protection(carboy, write):
    write(
        "app.py",
        """
        from flask import Flask
        app = Flask(__name__)
        app.secret_key = "k" * 40
        app.add_url_rule("/", "save", lambda: "", methods=["POST"])
        """,
    )

    result = carboy("check", "--deploy")

    assert result.code == 1
    assert "forms.E002" in result.out
    assert "forms.E002" not in carboy("check").out


def test_the_app_is_named_as_for_serve(carboy, write):
    write("stock.py", SITE.replace("{level}", "E"))

    result = carboy("check", "stock:app")

    assert result.code == 1
    assert "shop.E001" in result.out
    assert carboy("check", "stock:nothing").code == 1


@pytest.mark.parametrize("keys", ["secret_key='weak'", "config={'SECRET_KEY': 'weak'}"])
def test_a_weak_secret_is_reported_in_production_alone(
    carboy, write, monkeypatch, keys
):
    name, _, value = keys.partition("=")
    line = f"app.{name} = {value}" if name == "secret_key" else f"app.config |= {value}"
    write("app.py", f"from flask import Flask\napp = Flask(__name__)\n{line}\n")
    assert "core.E010" not in carboy("check").out
    monkeypatch.setenv("CARBOY_PROFILE", "production")

    result = carboy("check")

    assert result.code == 1
    assert "core.E010 SECRET_KEY has 4 characters" in result.out
    assert result.out.count("core.E010") == 1
    assert carboy("check", "--deploy").out.count("core.E010") == 1


def test_a_weak_former_secret_is_reported_in_production(carboy, write, monkeypatch):
    write(
        "app.py",
        """
        from flask import Flask
        app = Flask(__name__)
        app.config.update(SECRET_KEY="k" * 40, SECRET_KEY_FALLBACKS=["old"])
        """,
    )
    monkeypatch.setenv("CARBOY_PROFILE", "production")

    assert "core.E013" in carboy("check").out


def test_production_that_https_cannot_reach_is_reported_by_every_check(
    carboy, site, write, monkeypatch
):
    write(".env", f"SECRET_KEY={'k' * 40}\nTRUSTED_HOSTS=shop.example\n")
    assert "core.W037" not in carboy("check").out
    monkeypatch.setenv("CARBOY_PROFILE", "production")

    result = carboy("check")

    assert result.code == 0
    assert "core.W037 HTTPS is on, but every request comes over http" in result.out
    assert carboy("check", "--deploy").out.count("core.W037") == 1
    monkeypatch.setenv("PROXY_HOPS", "1")
    assert carboy("check").out == "No mistakes found.\n"


def test_an_app_without_a_secret_needs_none_in_production(carboy, write, monkeypatch):
    write("app.py", "from flask import Flask\napp = Flask(__name__)\n")
    monkeypatch.setenv("CARBOY_PROFILE", "production")

    assert carboy("check").code == 0

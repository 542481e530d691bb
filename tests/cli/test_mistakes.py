"""If this passes, common mistakes each give one message and a failure."""

import socket
import textwrap

import pytest

SITE = """
    from carboy import Carboy, Settings

    class ShopSettings(Settings):
        shop_name: str = "Demijohn"

    def create_app():
        return Carboy(__name__, settings=ShopSettings.load())
"""
MANAGE = """
    from carboy.cli import manage
    manage("shop:create_app")
"""
TWICE = """
    from carboy import Carboy, Settings
    from carboy.core import Extension

    class Bottles(Extension):
        name = "bottles"

        def install(self, wiring):
            pass

    bottles = Bottles()

    def create_app():
        return Carboy(__name__, settings=Settings.load()).use(bottles, bottles)
"""
LATE = """
    from carboy import Carboy, Settings
    from shop_twice import bottles

    def create_app():
        app = Carboy(__name__, settings=Settings.load())
        app.testing = True
        app.test_client().get("/")
        return app.use(bottles)
"""


@pytest.fixture
def shop(write):
    write("shop.py", SITE)
    write("manage.py", MANAGE)
    write("shop_twice.py", TWICE)
    write("shop_late.py", LATE)


@pytest.fixture
def used_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


def assert_message(result, *words):
    assert result.code not in {0, None}
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err, result.err
    lines = [line for line in result.err.splitlines() if line.strip()]
    # The message, and the hint of a check below it.
    assert len(lines) <= 2, result.err


def test_a_misspelt_setting(run_carboy, shop, write):
    write("settings.toml", 'shop_nmae = "Balloon"\n')

    result = run_carboy("check")

    assert_message(result, "settings.toml line 1", "Did you mean SHOP_NAME?")


def test_a_wrong_type(run_carboy, shop):
    result = run_carboy("check", environ={"PROXY_HOPS": "many"})

    assert_message(result, "PROXY_HOPS", "'many'", "environment PROXY_HOPS")


def test_a_missing_secret(run_carboy, shop):
    environ = {"TRUSTED_HOSTS": "shop.example"}

    assert_message(
        run_carboy("serve", "-p", "0", environ=environ), "SECRET_KEY is not set."
    )


@pytest.mark.parametrize("command", ["dev", "run", "serve"])
def test_a_port_in_use(run_carboy, shop, used_port, command):
    environ = {"TRUSTED_HOSTS": "shop.example", "SECRET_KEY": "k" * 64}

    result = run_carboy(command, "-p", used_port, environ=environ)

    assert_message(result, used_port, "in use")


@pytest.mark.parametrize(
    ("target", "word"), [("shpo:create_app", "shpo"), ("shop:create_ap", "create_app")]
)
@pytest.mark.parametrize("command", ["routes", "serve"])
def test_a_bad_target(run_carboy, shop, command, target, word):
    words = ["--app", target, command] if command == "routes" else [command, target]

    assert_message(run_carboy(*words), target, word)


def test_a_battery_twice(run_carboy, shop):
    result = run_carboy("--app", "shop_twice:create_app", "routes")

    assert result.code == 1
    assert "bottles is already installed" in result.err
    assert "Remove one of the two calls" in result.err


def test_setup_after_the_first_request(run_carboy, shop):
    result = run_carboy("--app", "shop_late:create_app", "routes")

    assert result.code == 1
    assert "after its first request" in result.err


def test_a_new_project_in_an_existing_folder(run_carboy, folder):
    (folder / "cellar").mkdir()
    (folder / "cellar" / "mine.txt").write_text("mine")

    result = run_carboy("new", "cellar")

    assert_message(result, "cellar exists already and was left alone")
    assert [file.name for file in (folder / "cellar").iterdir()] == ["mine.txt"]


def test_an_unknown_command(run_carboy, shop):
    assert_message(run_carboy("rotues"), "There is no command 'rotues'", "'routes'")


def test_a_broken_line_of_dotenv(run_carboy, shop, write):
    write(".env", "GOOD=1\nSECRET KEY canary\n")

    result = run_carboy("check")

    assert_message(result, ".env line 2", "NAME=value")
    assert "canary" not in result.err


@pytest.mark.parametrize(
    "flags", [("--api", "--full"), ("--minimal", "--api"), ("--full", "--minimal")]
)
def test_a_project_has_one_kind(carboy, folder, flags):
    result = carboy("new", "cellar", *flags)

    assert result.code == 2
    assert all(flag in result.err for flag in flags)
    assert not (folder / "cellar").exists()


def test_bare_carboy_prints_its_help(carboy):
    result = carboy()

    assert result.code == 0
    assert result.out.startswith("Usage: carboy")
    assert "Error" not in result.out + result.err


def test_a_command_of_an_app_that_cannot_be_loaded_names_the_reason_first(
    run_carboy, shop, write
):
    write("shop.py", SITE.replace("def create_app():", "def create_app(:"))

    result = run_carboy("db", "upgrade")

    lines = result.err.splitlines()
    assert result.code == 1
    assert lines[0].startswith("Error: shop.py line 7 is not valid Python")
    assert lines[-1] == "`db` is a command of the app, which could not be loaded."
    assert "There is no command" not in result.err


def test_a_command_without_an_app_says_how_to_name_it(run_carboy, folder):
    result = run_carboy("db", "upgrade")

    assert_message(result, "No app was found in", "--app shop:create_app")
    assert "There is no command" not in result.err


def test_an_unknown_command_without_an_app_is_named(run_carboy, folder):
    assert_message(run_carboy("bottle"), "There is no command 'bottle'", "No app was")


def test_a_dotenv_file_of_windows_is_read(run_carboy, shop, folder):
    text = "SHOP_NAME=\"Balloon\"\r\nPROXY_HOPS='2'\r\n"
    (folder / ".env").write_bytes(b"\xef\xbb\xbf" + text.encode())

    result = run_carboy("settings")

    assert result.code == 0, result.err
    assert "Balloon" in result.out


def test_a_dotenv_file_that_is_not_utf_8(run_carboy, shop, folder):
    (folder / ".env").write_text("SHOP_NAME=canary", "utf-16")

    result = run_carboy("check")

    assert_message(result, ".env is not UTF-8", "Save it as UTF-8")
    assert "canary" not in result.err


@pytest.mark.parametrize(
    "words", [["routes"], ["run", "-p", "0"], ["serve", "-p", "0"]], ids=str
)
def test_a_package_that_is_not_installed(run_carboy, shop, write, words):
    write("shop.py", f"import strpe\n{textwrap.dedent(SITE)}")

    result = run_carboy(*words)

    assert_message(result, "shop.py line 1 needs the package strpe", "Install it in")


def test_a_factory_without_a_return(run_carboy, shop, write):
    write("shop.py", SITE.replace("return Carboy", "Carboy"))

    assert_message(run_carboy("routes"), "returns None", "return app")


def test_a_model_without_a_key(run_carboy, shop, write):
    model = """
        from carboy.db import SQLAlchemy
        db = SQLAlchemy()
        class Bottle(db.Model):
            name = db.Column(db.String(20))
    """
    write("shop.py", textwrap.dedent(model) + textwrap.dedent(SITE))

    result = run_carboy("routes")

    lines = result.err.splitlines()
    assert 'shop.py", line 4' in lines[1]
    assert lines[-1].startswith("Add a key to the model of bottle: id: Mapped[int]")
    assert len(lines) <= 5, result.err


def test_models_and_app_that_import_each_other(run_carboy, shop, write):
    write("models.py", "import shop\nclass Bottle(shop.db.Model): pass\n")
    write("shop.py", f"import models\n{textwrap.dedent(SITE)}\ndb = None\n")

    result = run_carboy("routes")

    advice = result.err.splitlines()[-1]
    assert advice.startswith("shop.py imports models.py, which imports one of these")
    assert "Traceback" not in result.err

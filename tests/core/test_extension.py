"""Batteries are installed on any Flask app, once, in time, and with what they need."""

from typing import Annotated, ClassVar

import click
import pytest
from flask import Flask

from carboy import Carboy
from carboy.core import Check, Extension, Section, registry_of, run_checks, setting
from carboy.errors import WiringError


class PingSettings(Section, frozen=True, kw_only=True):
    prefix: ClassVar[str] = "PING"

    answer: Annotated[str, setting("What it says.")] = "pong"


class Ping(Extension):
    name = "ping"

    def install(self, wiring):
        answer = wiring.settings(PingSettings).answer
        wiring.route("/ping", lambda: answer, endpoint="ping.ping")
        wiring.template_global("ping", answer)
        wiring.command(click.Command("ping", callback=lambda: click.echo(answer)))
        wiring.check(lambda app: [Check("ping.W001", "It is only a ping.")])
        wiring.readiness(lambda: None)
        wiring.gauge("answers", lambda: 1.0)
        wiring.shell(ping=self)
        wiring.process("pinger", "ping")


class Pong(Extension):
    name = "pong"
    needs = ("ping",)

    def install(self, wiring):
        pass


@pytest.mark.parametrize("kind", [Flask, Carboy])
def test_a_battery_works_on_any_flask_app(kind):
    app = kind("shop")
    app.config["PING_ANSWER"] = "hello"

    Ping().init_app(app)

    assert app.test_client().get("/ping").text == "hello"
    assert app.test_cli_runner().invoke(args=["ping"]).output == "hello\n"
    registry = registry_of(app)
    assert [*registry.readiness_checks] == ["ping"]
    assert registry.gauges["carboy_ping_answers"]() == 1.0
    assert registry.processes[0].command == ("ping",)
    assert [check.id for check in run_checks(app, registry.checkers)] == ["ping.W001"]


def test_converted_settings_are_written_to_the_config():
    app = Flask("shop")
    app.config["PING_ANSWER"] = "x"

    Ping(app)

    assert app.config["PING_ANSWER"] == "x"
    assert registry_of(app).sections["PING"] == PingSettings(answer="x")


def test_installing_a_battery_twice_is_refused_with_a_hint():
    app = Flask("shop")
    ping = Ping(app)

    with pytest.raises(
        WiringError, match="ping is already installed on the app 'shop'"
    ):
        ping.init_app(app)
    with pytest.raises(WiringError, match="by another object"):
        Ping(app)


def test_a_battery_without_what_it_needs_is_refused():
    with pytest.raises(
        WiringError, match=r"pong needs ping.*app.use\(ext.ping, ext.pong"
    ):
        Pong(Flask("shop"))


def test_use_installs_batteries_in_their_order():
    class Ordered(Carboy):
        order = ("ping", "pong")

    app = Ordered("shop").use(Pong(), Ping())

    assert [*registry_of(app).installed] == ["ping", "pong"]


def test_a_battery_is_refused_after_the_first_request():
    app = Flask("shop")
    app.test_client().get("/")

    with pytest.raises(
        WiringError, match=r"ping cannot be installed .* after its first"
    ):
        Ping(app)


def test_a_refused_battery_is_not_registered():
    app = Flask("shop")

    with pytest.raises(WiringError):
        Pong(app)

    assert registry_of(app).installed == {}


def test_a_command_of_another_battery_is_not_replaced():
    class Second(Extension):
        name = "second"

        def install(self, wiring):
            wiring.command(click.Command("ping"))

    app = Flask("shop")
    Ping().init_app(app)

    with pytest.raises(WiringError, match="second has a command 'ping', and ping has"):
        Second().init_app(app)


def test_a_prefix_of_settings_belongs_to_one_section():
    class OtherSettings(Section, frozen=True, kw_only=True):
        prefix: ClassVar[str] = "PING"

    class Second(Extension):
        name = "second"

        def install(self, wiring):
            wiring.settings(OtherSettings)

    app = Flask("shop")
    Ping().init_app(app)

    with pytest.raises(WiringError, match="'PING', which PingSettings of"):
        Second().init_app(app)

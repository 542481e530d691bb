"""Batteries go onto any Flask app, once, in time, and with what they need."""

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
    site = registry_of(app)
    assert [*site.readiness_checks] == ["ping"]
    assert site.gauges["carboy_ping_answers"]() == 1.0
    assert site.processes[0].command == ("ping",)
    assert [check.id for check in run_checks(app, site.checkers)] == ["ping.W001"]


def test_settings_are_mirrored_with_their_types():
    app = Flask("shop")
    app.config["PING_ANSWER"] = "x"

    Ping(app)

    assert app.config["PING_ANSWER"] == "x"
    assert registry_of(app).sections["PING"] == PingSettings(answer="x")


def test_twice_is_refused_with_the_way_out():
    app = Flask("shop")
    ping = Ping(app)

    with pytest.raises(
        WiringError, match="ping is already installed on the app 'shop'"
    ):
        ping.init_app(app)
    with pytest.raises(WiringError, match="by another object"):
        Ping(app)


def test_a_missing_need_is_refused():
    with pytest.raises(
        WiringError, match=r"pong needs ping.*app.use\(ext.ping, ext.pong"
    ):
        Pong(Flask("shop"))


def test_use_puts_batteries_into_their_order():
    class Ordered(Carboy):
        order = ("ping", "pong")

    app = Ordered("shop").use(Pong(), Ping())

    assert [*registry_of(app).installed] == ["ping", "pong"]


def test_after_the_first_request_it_is_too_late():
    app = Flask("shop")
    app.test_client().get("/")

    with pytest.raises(WiringError, match="ping came after the first request"):
        Ping(app)


def test_a_refused_battery_leaves_nothing_behind():
    app = Flask("shop")

    with pytest.raises(WiringError):
        Pong(app)

    assert registry_of(app).installed == {}

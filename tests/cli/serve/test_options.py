"""If this passes, all that the server can be told has a flag, a variable and a line."""

import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from carboy.cli.serve.command import serve
from carboy.cli.serve.options import FLAGS, read_options, server_options
from carboy.server import Limits, ServeOptions, Tls

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "deploy.md"
NOT_TOLD = {"limits", "tls", "chosen"}
BY_NAME = {flag.name: flag for flag in FLAGS}


@click.command
@server_options
@click.pass_context
def listen(context, **_):
    context.obj.append(read_options(context))


def read(*words, **variables):
    found = []
    environ = {f"CARBOY_SERVE_{name}": value for name, value in variables.items()}
    done = CliRunner().invoke(listen, words, obj=found, env=environ)
    assert done.exit_code == 0, done.output
    return found[0]


def refuse(*words, **variables):
    environ = {f"CARBOY_SERVE_{name}": value for name, value in variables.items()}
    done = CliRunner().invoke(listen, words, obj=[], env=environ)
    assert done.exit_code == 2
    return done.stderr.partition("Error: ")[2].strip()


def test_every_field_of_the_server_has_a_flag():
    wanted = {each.name for owner in (ServeOptions, Limits) for each in fields(owner)}
    wanted |= {f"tls_{each.name}" for each in fields(Tls)}

    assert set(BY_NAME) == wanted - NOT_TOLD
    assert len(FLAGS) == len(BY_NAME)


def test_every_flag_has_a_row_with_its_default_in_the_page():
    rows = PAGE.read_text().splitlines()

    for flag in FLAGS:
        words = ", ".join(f"`{word}`" for word in flag.words)
        row = f"| {words} | `{flag.variable}` | {flag.show(flag.default)} | "
        assert any(line.startswith(row) for line in rows), row


def test_nothing_told_is_the_defaults():
    assert read() == ServeOptions()


VALUES = {
    "bind": ("unix:/a,[::1]:80", ("unix:/a", "[::1]:80")),
    "trusted_hosts": ("a.test, .b.test", ("a.test", ".b.test")),
    "trusted_proxies": ("10.0.0.0/8 unix", ("10.0.0.0/8", "unix")),
    "static": ("/s=.", (("/s", Path()),)),
    "access_log": ("json", "json"),
    "socket_mode": ("600", 0o600),
}


@pytest.mark.parametrize("way", ["flag", "variable"])
@pytest.mark.parametrize(
    "flag", [f for f in FLAGS if f.owner is not Tls], ids=lambda f: f.name
)
def test_each_option_arrives_by_both_ways(flag, way):
    text, value = VALUES.get(flag.name, (None, None))
    if text is None:
        value = flag.default + 9
        text = str(value)

    if way == "flag":
        options = read(flag.words[0], text)
    else:
        options = read(**{flag.name.upper(): text})

    owner = options if flag.owner is ServeOptions else options.limits
    assert getattr(owner, flag.field) == value
    assert options.chosen == {flag.name}


def make_certificate(certificate, key, *words):
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-days", "2", *words),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("way", ["flag", "variable"])
def test_tls_arrives_by_both_ways(tmp_path, way):
    files = {"certificate": tmp_path / "c.pem", "key": tmp_path / "k.pem"}
    make_certificate(*files.values(), "-passout", "pass:geheim")
    files["client_ca"] = files["certificate"]
    told = {**files, "password": "geheim", "minimum": "1.3"}

    if way == "flag":
        words = [(BY_NAME[f"tls_{k}"].words[0], str(v)) for k, v in told.items()]
        options = read(*(word for pair in words for word in pair))
    else:
        options = read(**{f"TLS_{k.upper()}": str(v) for k, v in told.items()})

    assert options.tls == Tls(**told)


def test_one_file_may_hold_certificate_and_key(tmp_path):
    file, key = tmp_path / "both.pem", tmp_path / "k.pem"
    make_certificate(file, key, "-nodes")
    file.write_bytes(file.read_bytes() + key.read_bytes())

    assert read("--tls-certificate", str(file)).tls == Tls(file, file)


def test_a_flag_counts_for_more_than_a_variable():
    assert read("--threads", "3", THREADS="5", WORKERS="2").threads == 3


def test_flags_of_a_list_add_up():
    options = read("--trusted-hosts", "a.test", "--trusted-hosts", "b.test,c.test")

    assert options.trusted_hosts == ("a.test", "b.test", "c.test")


def test_a_default_that_is_told_is_one_that_was_chosen():
    assert read("--proxy-hops", "1").chosen == {"proxy_hops"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--threads", "0"), "--threads must be 1 or more, got 0."),
        (("--workers", "many"), "--workers must be a whole number, got 'many'."),
        (("--body-timeout", "x"), "--body-timeout must be a number of seconds, got"),
        (("--body-timeout", "nan"), "--body-timeout must be 0.1 or more, got nan."),
        (("--body-timeout", "inf"), "--body-timeout must be a finite number, got"),
        (("--access-log", "xml"), "--access-log must be off, common or json, got"),
        (("--socket-mode", "9"), "--socket-mode must be an octal number such as 660"),
        (("--socket-mode", "7777"), "--socket-mode must be an octal number such as"),
        (("--trusted-hosts", "http://a"), "--trusted-hosts has 'http://a', which"),
        (("--trusted-proxies", "nginx"), "--trusted-proxies has 'nginx', which is"),
        (("--static", "/s"), "--static must be a URL and a folder as in"),
        (("--static", "/s=nowhere"), "The static folder 'nowhere' for /s does not"),
        (("--tls-key", "k.pem"), "--tls-key needs a certificate."),
        (("--tls-certificate", "c.pem"), "The TLS file 'c.pem' cannot be read."),
    ],
)
def test_a_wrong_value_is_one_line(words, message):
    told = refuse(*words)

    assert told.startswith(message)
    assert "\n" not in told


def test_a_wrong_variable_is_named_as_it_was_written():
    assert refuse(MAX_WAITING="0").startswith("CARBOY_SERVE_MAX_WAITING must be 1 or")
    assert refuse(BACKLOG="x").startswith("CARBOY_SERVE_BACKLOG must be a whole")


def test_a_password_is_not_shown():
    assert BY_NAME["tls_password"].show("geheim") == "(hidden)"


def test_the_help_has_headings_with_the_usual_ones_first():
    page = CliRunner().invoke(serve, ["--help"]).output

    heads = [line for line in page.splitlines() if line[:1].isupper()]
    assert heads[1:] == [
        "Usual options:",
        "Proxies, files and sockets:",
        "Limits for clients:",
        "Lives of workers:",
        "TLS:",
        "Other options:",
    ]
    for flag in FLAGS:
        assert f"{flag.words[-1]} " in page
    assert "CARBOY_SERVE_WORKERS=2" in page

"""If this passes, every server option has a flag, a variable and a row in the docs."""

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
NO_FLAG = {"limits", "tls", "chosen", "is_lenient"}
BY_NAME = {flag.name: flag for flag in FLAGS}


@click.command
@server_options
@click.pass_context
def listen(context, **_):
    context.obj.append(read_options(context))


def read(*words, **variables):
    options = []
    environ = {f"CARBOY_SERVE_{name}": value for name, value in variables.items()}
    result = CliRunner().invoke(listen, words, obj=options, env=environ)
    assert result.exit_code == 0, result.output
    return options[0]


def read_error(*words, **variables):
    environ = {f"CARBOY_SERVE_{name}": value for name, value in variables.items()}
    result = CliRunner().invoke(listen, words, obj=[], env=environ)
    assert result.exit_code == 2
    return result.stderr.partition("Error: ")[2].strip()


def test_every_server_option_has_a_flag():
    expected = {each.name for owner in (ServeOptions, Limits) for each in fields(owner)}
    expected |= {f"tls_{each.name}" for each in fields(Tls)}

    assert set(BY_NAME) == expected - NO_FLAG
    assert len(FLAGS) == len(BY_NAME)


def test_every_flag_is_in_the_docs_with_its_default():
    rows = PAGE.read_text().splitlines()

    for flag in FLAGS:
        words = ", ".join(f"`{word}`" for word in flag.names)
        row = f"| {words} | `{flag.variable}` | {flag.show(flag.default)} | "
        assert any(line.startswith(row) for line in rows), row


def test_without_flags_the_defaults_apply():
    assert read() == ServeOptions()


VALUES = {
    "bind": ("unix:/a,[::1]:80", ("unix:/a", "[::1]:80")),
    "trusted_hosts": ("a.test, .b.test", ("a.test", ".b.test")),
    "trusted_proxies": ("10.0.0.0/8 unix", ("10.0.0.0/8", "unix")),
    "static": ("/s=.", (("/s", Path()),)),
    "access_log": ("json", "json"),
    "socket_mode": ("600", 0o600),
}


@pytest.mark.parametrize("source", ["flag", "variable"])
@pytest.mark.parametrize(
    "flag", [f for f in FLAGS if f.owner is not Tls], ids=lambda f: f.name
)
def test_each_option_is_read_from_a_flag_and_a_variable(flag, source):
    text, value = VALUES.get(flag.name, (None, None))
    if text is None:
        value = flag.default + 9
        text = str(value)

    if source == "flag":
        options = read(flag.names[0], text)
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


@pytest.mark.parametrize("source", ["flag", "variable"])
def test_tls_options_are_read_from_flags_and_variables(tmp_path, source):
    files = {"certificate": tmp_path / "c.pem", "key": tmp_path / "k.pem"}
    make_certificate(*files.values(), "-passout", "pass:geheim")
    files["client_ca"] = files["certificate"]
    tls = {**files, "password": "geheim", "minimum": "1.3"}

    if source == "flag":
        words = [(BY_NAME[f"tls_{k}"].names[0], str(v)) for k, v in tls.items()]
        options = read(*(word for pair in words for word in pair))
    else:
        options = read(**{f"TLS_{k.upper()}": str(v) for k, v in tls.items()})

    assert options.tls == Tls(**tls)


def test_one_file_may_hold_certificate_and_key(tmp_path):
    file, key = tmp_path / "both.pem", tmp_path / "k.pem"
    make_certificate(file, key, "-nodes")
    file.write_bytes(file.read_bytes() + key.read_bytes())

    assert read("--tls-certificate", str(file)).tls == Tls(file, file)


def test_a_flag_overrides_a_variable():
    assert read("--threads", "3", THREADS="5", WORKERS="2").threads == 3


def test_repeated_list_flags_are_joined():
    options = read("--trusted-hosts", "a.test", "--trusted-hosts", "b.test,c.test")

    assert options.trusted_hosts == ("a.test", "b.test", "c.test")


def test_an_explicit_default_counts_as_chosen():
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
def test_an_invalid_value_is_one_line(words, message):
    message_line = read_error(*words)

    assert message_line.startswith(message)
    assert "\n" not in message_line


def test_an_invalid_variable_is_named_as_written():
    assert read_error(MAX_WAITING="0").startswith(
        "CARBOY_SERVE_MAX_WAITING must be 1 or"
    )
    assert read_error(BACKLOG="x").startswith("CARBOY_SERVE_BACKLOG must be a whole")


def test_a_password_is_not_shown():
    assert BY_NAME["tls_password"].show("geheim") == "(hidden)"


def test_the_help_lists_options_under_headings():
    page = CliRunner().invoke(serve, ["--help"]).output

    headings = [line for line in page.splitlines() if line[:1].isupper()]
    assert headings[1:] == [
        "Common options:",
        "Proxies, files and sockets:",
        "Limits for clients:",
        "Worker processes:",
        "TLS:",
        "Other options:",
    ]
    for flag in FLAGS:
        assert f"{flag.names[-1]} " in page
    assert "CARBOY_SERVE_WORKERS=2" in page

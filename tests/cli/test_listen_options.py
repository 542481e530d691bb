"""If this passes, commands that listen accept a host and a valid port."""

import click
import pytest
from click.testing import CliRunner

from carboy.cli.listen_options import host_option, port_option


@click.command
@host_option
@port_option
def listen(host: str, port: int) -> None:
    click.echo(f"{host}:{port}")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ([], "127.0.0.1:5000"),
        (["-h", "127.0.0.2", "-p", "80"], "127.0.0.2:80"),
        (["--port", "0"], "127.0.0.1:0"),
    ],
)
def test_host_and_port_options(words, address):
    assert CliRunner().invoke(listen, words).output == f"{address}\n"


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_an_invalid_port_is_rejected(port):
    result = CliRunner().invoke(listen, ["-p", port])

    assert result.exit_code == 2
    assert port in result.output

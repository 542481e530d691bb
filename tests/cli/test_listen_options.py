"""Commands that listen take the host and port of the notes, and no others."""

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
def test_where_it_listens(words, address):
    assert CliRunner().invoke(listen, words).output == f"{address}\n"


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_does_not_exist_is_refused(port):
    done = CliRunner().invoke(listen, ["-p", port])

    assert done.exit_code == 2
    assert port in done.output

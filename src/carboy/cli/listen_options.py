"""The --host and --port options of the commands that serve during development."""

import click

host_option = click.option(
    "-h", "--host", default="127.0.0.1", show_default=True, help="Host to listen on."
)
port_option = click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=5000,
    show_default=True,
    help="Port to listen on.",
)

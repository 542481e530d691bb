"""The list of recipes, and the one way to make a server from its name."""

import random
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from .catalogue import get_programs, get_service
from .errors import ServiceError
from .mariadb import MariadbRecipe
from .packages import can_install, install
from .postgresql import PostgresqlRecipe
from .process import choose_user
from .rabbitmq import RabbitmqRecipe
from .redis import RedisRecipe
from .server import Recipe, Server
from .settings import ServerSettings

RECIPES: dict[str, Callable[[ServerSettings], Recipe]] = {
    "postgresql": PostgresqlRecipe,
    "mariadb": MariadbRecipe,
    "redis": RedisRecipe,
    "rabbitmq": RabbitmqRecipe,
}
# Below what systems hand out for outgoing connections: a port that was left for a
# moment (kill, start) is not taken by a client in between.
PORTS = range(15_000, 32_000)


def make_server(
    name: str, *, durable: bool = False, parent: Path | None = None
) -> Server:
    """Prepare a private server, not started yet; install it first where that is ours.

    `durable` switches on what survives a crash of the machine: use it to prove that
    nothing is lost. Without it a server is faster and starts empty after a crash.
    """
    service = get_service(name)
    if name not in RECIPES:
        raise ServiceError(
            f"{service.title} is not a server: there is no way to start it."
        )
    if can_install():
        install([service])
    settings = ServerSettings(
        programs=get_programs(service),
        port=find_free_port(),
        password=secrets.token_hex(12),
        user=choose_user(service.users),
        durable=durable,
    )
    return Server(RECIPES[name](settings), parent=parent)


def find_free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServiceError("No free port found on 127.0.0.1 between 15000 and 32000.")

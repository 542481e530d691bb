"""Private servers for tests on 127.0.0.1: find or install, start and stop them."""

from .catalogue import SERVICES, Service, find_programs, get_programs
from .command_line import main
from .daemon_client import DaemonClient
from .errors import MissingServiceError, ServiceError
from .launcher import die_with_parent
from .make_server import find_free_port, make_server
from .packages import can_install, install
from .pgbouncer import make_pgbouncer
from .process import is_alive, list_tree, spawn, wait_until
from .redis import ask_redis
from .server import Server
from .standby import make_standby

__all__ = [
    "SERVICES",
    "DaemonClient",
    "MissingServiceError",
    "Server",
    "Service",
    "ServiceError",
    "ask_redis",
    "can_install",
    "die_with_parent",
    "find_free_port",
    "find_programs",
    "get_programs",
    "install",
    "is_alive",
    "list_tree",
    "main",
    "make_pgbouncer",
    "make_server",
    "make_standby",
    "spawn",
    "wait_until",
]

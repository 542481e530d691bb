"""Private servers for tests: found or installed, started on loopback, stopped again."""

from .catalogue import SERVICES, Service, find_programs, get_programs
from .command_line import main
from .errors import MissingServiceError, ServiceError
from .keeper_client import KeeperClient
from .leash import die_with_parent
from .packages import can_install, install
from .process import is_alive, list_tree, spawn, wait_until
from .recipes import find_free_port, make_server
from .redis import ask_redis
from .server import Server

__all__ = [
    "SERVICES",
    "KeeperClient",
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
    "make_server",
    "spawn",
    "wait_until",
]

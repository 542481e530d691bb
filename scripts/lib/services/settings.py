"""The settings of one server."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """The programs, port, account and durability of one server."""

    programs: tuple[Path, ...]
    port: int
    password: str
    user: str | None
    durable: bool

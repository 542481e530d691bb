"""What a recipe is told about the one server that it is for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where the programs are, and how this one server runs."""

    programs: tuple[Path, ...]
    port: int
    password: str
    user: str | None
    durable: bool

"""What a site registers on its `Admin` object before it is installed on an app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carboy.core import Panel

from .dashboard import DashboardCard
from .schema import ListColumn, PlainTable, RowAction, TableMapper

Guard = Callable[[], bool]
Identify = Callable[[], str | None]


@dataclass(slots=True)
class Registrations:
    """Options of models, and what they have beside: functions of the site."""

    options: dict[type[Any], dict[str, Any]] = field(default_factory=dict)
    hidden: set[type[Any]] = field(default_factory=set)
    columns: dict[type[Any], list[ListColumn]] = field(default_factory=dict)
    actions: dict[type[Any], list[RowAction]] = field(default_factory=dict)
    tables: list[PlainTable] = field(default_factory=list)
    mapper: TableMapper = field(default_factory=TableMapper)
    cards: list[DashboardCard] = field(default_factory=list)
    panels: dict[str, Panel] = field(default_factory=dict)
    # Whether a model without a registration is there.
    all_models: bool = True
    guard: Guard | None = None
    identify: Identify | None = None

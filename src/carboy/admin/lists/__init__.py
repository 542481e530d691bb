"""Lists of rows: filters, search, order, and pages that begin after a row."""

from .conditions import ConditionMaker, make_conditions
from .filter_syntax import (
    Condition,
    Filter,
    FilterError,
    FilterGroup,
    Negation,
    join_parts,
    list_parts,
    parse_filter,
    write_filter,
)
from .filter_values import OPERATOR_TEXTS, OPERATORS
from .list_query import ListQuery, list_sort_keys, make_loaders
from .row_page import RowPage, load_page

__all__ = [
    "OPERATORS",
    "OPERATOR_TEXTS",
    "Condition",
    "ConditionMaker",
    "Filter",
    "FilterError",
    "FilterGroup",
    "ListQuery",
    "Negation",
    "RowPage",
    "join_parts",
    "list_parts",
    "list_sort_keys",
    "load_page",
    "make_conditions",
    "make_loaders",
    "parse_filter",
    "write_filter",
]

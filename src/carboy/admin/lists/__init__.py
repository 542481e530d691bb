"""Lists of rows: filters, search, order, and pages that begin after a row."""

from .conditions import ConditionMaker, make_conditions
from .date_periods import DatePeriod, list_years, parse_period
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
from .list_query import ListQuery, is_indexed, list_sort_keys, make_loaders
from .row_page import RowPage, load_page
from .row_selection import MOST_COUNTED, RowSelection, last_key

__all__ = [
    "MOST_COUNTED",
    "OPERATORS",
    "OPERATOR_TEXTS",
    "Condition",
    "ConditionMaker",
    "DatePeriod",
    "Filter",
    "FilterError",
    "FilterGroup",
    "ListQuery",
    "Negation",
    "RowPage",
    "RowSelection",
    "is_indexed",
    "join_parts",
    "last_key",
    "list_parts",
    "list_sort_keys",
    "list_years",
    "load_page",
    "make_conditions",
    "make_loaders",
    "parse_filter",
    "parse_period",
    "write_filter",
]

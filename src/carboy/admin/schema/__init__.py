"""What the console knows of each model: attributes, names, what is shown of it."""

from .attributes import PLAIN, Attribute, choice_text, make_label
from .find_models import list_models, make_slugs
from .model_admin import ListColumn, ModelAdmin, SearchField, make_model_admin
from .model_options import ModelOptions, RegisterOptions, make_options
from .plain_tables import PlainTable, TableMapper, make_row_class
from .row_action import CHANGE, DELETION, RowAction, make_row_action
from .row_keys import (
    UNREADABLE,
    decode_row_key,
    decode_values,
    encode_row_key,
    key_of,
    read_plain,
    write_plain,
)

__all__ = [
    "CHANGE",
    "DELETION",
    "PLAIN",
    "UNREADABLE",
    "Attribute",
    "ListColumn",
    "ModelAdmin",
    "ModelOptions",
    "PlainTable",
    "RegisterOptions",
    "RowAction",
    "SearchField",
    "TableMapper",
    "choice_text",
    "decode_row_key",
    "decode_values",
    "encode_row_key",
    "key_of",
    "list_models",
    "make_label",
    "make_model_admin",
    "make_options",
    "make_row_action",
    "make_row_class",
    "make_slugs",
    "read_plain",
    "write_plain",
]

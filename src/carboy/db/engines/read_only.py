"""Which statements only read, judged by their text and remembered."""

from __future__ import annotations

import re
from functools import lru_cache

_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_READS = re.compile(r"\s*(?:SELECT|WITH|VALUES|EXPLAIN|SHOW|PRAGMA)\b", re.IGNORECASE)
_APART = re.compile(
    r"\s*(?:PRAGMA|VACUUM|ATTACH|DETACH|BEGIN|START|COMMIT|ROLLBACK|END|RELEASE)\b",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE\s+INTO|INTO|FOR|LOCK|ANALYZE)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\(")

# What looks like a call and is none, and functions that change nothing.
_NAMES = """
in and or not as on exists any all some values select distinct over filter within
partition by from join where when then else case using union except intersect
lateral with order group having limit offset like ilike between is
array row interval char varchar numeric decimal cast extract
count sum avg min max total group_concat string_agg array_agg json_agg jsonb_agg
json_object_agg jsonb_object_agg every bool_and bool_or stddev variance
coalesce nullif ifnull iif if greatest least abs round ceil ceiling floor mod power
sqrt sign trunc random rand lower upper length char_length character_length
octet_length trim ltrim rtrim btrim substr substring replace concat concat_ws left
right lpad rpad reverse repeat strpos instr position locate split_part
regexp_replace regexp_match regexp_matches format printf hex unhex md5 encode decode
quote typeof ascii chr unicode
now current_timestamp current_date current_time localtimestamp date time datetime
julianday strftime unixepoch date_trunc date_part to_char to_date to_timestamp
to_number age make_date year month day hour minute second date_format date_add
date_sub datediff timestampdiff unix_timestamp from_unixtime str_to_date
utc_timestamp
row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value
last_value nth_value percentile_cont percentile_disc grouping
json json_array json_object json_extract json_type json_valid json_each json_tree
json_group_array json_group_object json_array_length json_build_object
jsonb_build_object json_build_array jsonb_build_array json_unquote json_contains
jsonb_path_query jsonb_path_exists row_to_json to_json to_jsonb jsonb_array_length
jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text
jsonb_extract_path jsonb_extract_path_text json_extract_path json_extract_path_text
unnest array_length cardinality array_position array_to_string string_to_array
generate_series match highlight snippet bm25 to_tsvector to_tsquery plainto_tsquery
websearch_to_tsquery phraseto_tsquery ts_rank ts_rank_cd ts_headline similarity
word_similarity version database current_schema current_database current_user
pg_get_serial_sequence pg_table_is_visible format_type pg_get_expr
"""
_HARMLESS = frozenset(_NAMES.split())


@lru_cache(maxsize=2048)
def is_apart(statement: str) -> bool:
    """Whether it must not, or need not, stand inside a transaction that we begin."""
    return _APART.match(_COMMENT.sub(" ", statement)) is not None


@lru_cache(maxsize=4096)
def is_plain_read(statement: str) -> bool:
    """Whether it reads, locks nothing, and calls only functions that change nothing.

    A doubt counts as a write: the cost of a mistake in that direction is one BEGIN.
    """
    text = _TEXT.sub("''", _COMMENT.sub(" ", statement))
    if not _READS.match(text) or _WRITES.search(text):
        return False
    return all(
        name.lower().removeprefix("pg_catalog.") in _HARMLESS
        for name in _CALL.findall(text)
    )

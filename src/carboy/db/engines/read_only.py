"""Which statements only read, judged by their text and remembered.

The text is split into tokens; what is not known to be harmless counts as a write. The
cost of a mistake in that direction is one BEGIN, in the other a lost rollback or lock.
What the text does not show (a view that calls a function, an operator or an overload
of the site's own) is not seen here.
"""

import re
from collections.abc import Callable
from functools import lru_cache

# One token. A character that begins none of these makes the text a write: comments,
# backslashes, dollar quotes, `@`, `#`, `:=`, and what is not ASCII. Backticks are only
# around plain words, as PostgreSQL has no quotes there.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*+(?!['"$]))
    | (?P<number>[0-9]++(?:\.[0-9]*+)?(?:[eE][-+]?[0-9]++)?(?![A-Za-z0-9_'"$]))
    | (?P<text>'[^'\\\0]*+(?:''[^'\\\0]*+)*+'(?!'))
    | (?P<quoted>"[^"\\\0]*+(?:""[^"\\\0]*+)*+"(?!")|`[A-Za-z_][A-Za-z0-9_]*+`(?!`))
    | (?P<bind>\?|%s|%\([A-Za-z_][A-Za-z0-9_]*\)s|:[A-Za-z_][A-Za-z0-9_]*+(?!['\"$]))
    | (?P<operator>(?:->>|->|::|\|\||<>|!=|<=|>=|<<|>>|%%|!~\*|!~|~\*|[-+*/<>=~&|%])
        (?![-+*/<>=~!@\#&|^`:]|%%))
    | (?P<punctuation>[(),.\[\]])
    """,
    re.VERBOSE,
)
# MySQL executes comments that begin with `/*!` or `/*M!`.
_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*(?![!M]).*?\*/)*", re.DOTALL)
_OUTSIDE = re.compile(
    r"(?:PRAGMA|VACUUM|ATTACH|DETACH|BEGIN|START|COMMIT|ROLLBACK|END|RELEASE)\b"
    r"[^;]*;?\s*",
    re.IGNORECASE,
)

# In a statement that begins with SELECT, WITH or VALUES, nothing else writes or locks.
_WRITING_TEXT = """
insert update delete merge into for lock analyze procedure nextval setval currval
lastval
"""
# Words that a parenthesis may follow, and that are no calls.
_KEYWORDS_TEXT = """
in and or not as on exists any all some values select distinct over filter group by
from join where when then else case using union except intersect lateral having limit
offset like ilike between materialized array row interval char varchar numeric decimal
float timestamp
"""
# Functions of one or more databases that change nothing.
_FUNCTIONS_TEXT = """
cast extract count sum avg min max total group_concat string_agg array_agg every
json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or stddev variance
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
_PRAGMAS_TEXT = """
journal_mode foreign_keys synchronous busy_timeout user_version data_version
integrity_check quick_check foreign_key_check page_count page_size compile_options
database_list
"""
_WRITING = frozenset(_WRITING_TEXT.split())
_KEYWORDS = frozenset(_KEYWORDS_TEXT.split())
_FUNCTIONS = frozenset(_FUNCTIONS_TEXT.split())
_PRAGMAS = frozenset(_PRAGMAS_TEXT.split())
# MariaDB's Oracle mode has `s.nextval`, a call without a parenthesis.
_SEQUENCES = frozenset({"nextval", "currval", "lastval"})
_QUERIES = frozenset({"select", "values", "with"})


@lru_cache(maxsize=2048)
def runs_outside_transaction(statement: str) -> bool:
    """Return whether a statement must not run in a transaction that we begin."""
    start = _COMMENTS.match(statement)
    return _OUTSIDE.fullmatch(statement, start.end() if start else 0) is not None


@lru_cache(maxsize=4096)
def is_read_only(statement: str) -> bool:
    """Return whether a statement reads, locks nothing, and calls nothing unknown."""
    tokens = _tokenize(statement.strip(" \t\r\n").removesuffix(";"))
    if not tokens or tokens[0][0] != "word":
        return False
    words = [value for kind, value in tokens if kind == "word"]
    check = _CHECKS.get(words[0], _is_query)
    return check(tokens, words)


Token = tuple[str, str]


def _tokenize(statement: str) -> list[Token] | None:
    """Split a statement into kinds and values, or return None if one is not known."""
    tokens: list[Token] = []
    position = 0
    while position < len(statement):
        match = _TOKEN.match(statement, position)
        if match is None or match.lastgroup is None:
            return None
        position = match.end()
        if match.lastgroup != "space":
            tokens.append((match.lastgroup, match[0].lower()))
    return tokens


def _is_query(tokens: list[Token], words: list[str]) -> bool:
    quoted = {value.strip('"`') for kind, value in tokens if kind == "quoted"}
    if words[0] not in _QUERIES or not _WRITING.isdisjoint(words):
        return False
    if not _SEQUENCES.isdisjoint(quoted):
        return False
    return all(
        _may_open(tokens, index)
        for index, (_, value) in enumerate(tokens)
        if value == "("
    )


def _may_open(tokens: list[Token], index: int) -> bool:
    """Return whether a parenthesis opens a list, a subquery or a known call."""
    kind, value = tokens[index - 1]
    if kind in {"text", "quoted", "number", "bind"} or value in {")", "]", "."}:
        return False
    if kind != "word":
        return True
    if index >= 2 and tokens[index - 2][1] == ".":
        # A name with a schema is a function of the site's own, or of PostgreSQL's.
        schema = tokens[index - 3] if index >= 3 else ("", "")
        is_builtin = schema == ("word", "pg_catalog")
        is_nested = index >= 4 and tokens[index - 4][1] == "."
        return is_builtin and not is_nested and value in _FUNCTIONS
    return value in _KEYWORDS or value in _FUNCTIONS


def _is_explained_query(tokens: list[Token], words: list[str]) -> bool:
    rest = 3 if words[1:3] == ["query", "plan"] else 1
    return _is_query(tokens[rest:], words[rest:] or [""])


def _is_shown(tokens: list[Token], words: list[str]) -> bool:
    return len(tokens) == len(words) and _WRITING.isdisjoint(words)


def _is_pragma(tokens: list[Token], words: list[str]) -> bool:
    return len(tokens) == 2 and words[-1] in _PRAGMAS


_CHECKS: dict[str, Callable[[list[Token], list[str]], bool]] = {
    "explain": _is_explained_query,
    "show": _is_shown,
    "pragma": _is_pragma,
}

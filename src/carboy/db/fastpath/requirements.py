"""The private names of SQLAlchemy that the fast path uses, and their shape.

They are looked at when the package is imported: SQLAlchemy may rename what it never
promised. The fast path is off unless all of them are as they are written here.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import CO_VARARGS, CO_VARKEYWORDS
from typing import Final

# Module → what is in it, each line of the form
#   name                it exists
#   name(a b)           it is a function with these parameters, and no others
#   Class.name other    the class has these attributes, or its methods set them
#   Class.name(a b)     the class has a method with these parameters after `self`
REQUIRED: Final[dict[str, str]] = {
    "sqlalchemy.engine.base": """
        Connection._execution_options _has_events _nested_transaction _transaction
        Connection._handle_dbapi_exception(
            e statement parameters cursor context is_sub_exec)
        Connection._handle_dbapi_exception_noconnection(
            e dialect engine is_disconnect invalidate_pool_on_disconnect is_pre_ping)
        Engine._has_events _should_log_info
        """,
    "sqlalchemy.engine.result": """
        IteratorResult.__init__(
            cursor_metadata iterator raw _source_supports_scalars context)
        SimpleResultMetaData.__init__(
            keys extra _processors _tuplefilter _translated_indexes
            _create_unique_filters _ambiguous_keys)
        """,
    "sqlalchemy.orm.context": """
        _MapperEntity.is_aliased_class mapper path _label_name
        _ORMColumnEntity._extra_entities _label_name
        _RawColumnEntity._extra_entities _label_name
        _ORMSelectCompileState._entities _polymorphic_adapters attributes
        _ORMSelectCompileState.eager_joins multi_row_eager_loaders
        _ORMSelectCompileState.compound_eager_adapter
        """,
    "sqlalchemy.orm.identity": """
        _WeakInstanceDict._dict _wr
        _WeakInstanceDict._modified
        _WeakInstanceDict.fast_get_state(key)
        """,
    "sqlalchemy.orm.instrumentation": """
        ClassManager._state_constructor dispatch
        """,
    "sqlalchemy.orm.loading": "_new_runid()",
    "sqlalchemy.orm.mapper": """
        Mapper._check_configure()
        Mapper._columntoproperty _delete_orphans _dependency_processors _identity_class
        Mapper._persistent_sortkey_fn _pks_by_table _propkey_to_col _readonly_props
        Mapper.attrs registry always_refresh batch composites eager_defaults inherits
        """,
    "sqlalchemy.orm.query": """
        Query._generate()
        Query._limit_clause _offset_clause _order_by_clauses _raw_columns
        Query._propagate_attrs _where_criteria _statement_20 dispatch load_options
        """,
    "sqlalchemy.orm.session": """
        Session._autobegin_t(begin)
        Session._autoflush()
        Session._close_impl(invalidate is_reset)
        Session._connection_for_bind(engine execution_options kw)
        Session._deleted _new _transaction connection_callable dispatch hash_key
        Session._flush(objects)
        Session._register_altered(states)
        SessionTransaction._begin(nested)
        SessionTransaction._connection_for_bind(bind execution_options)
        SessionTransaction.rollback(_capture_exception _to_root)
        """,
    "sqlalchemy.orm.decl_api": "registry._new_mappers",
    "sqlalchemy.orm.state": """
        InstanceState._commit(dict_ keys)
        InstanceState._commit_all_states(iter_ instance_dict)
        InstanceState._instance_dict _orphaned_outside_of_session committed_state
        InstanceState.expired key load_path manager runid session_id unloaded
        """,
    "sqlalchemy.orm.strategies": "_LazyLoader.is_class_level",
    "sqlalchemy.orm.writeonly": "_WriteOnlyLoader.is_class_level",
    "sqlalchemy.sql.cache_key": """
        NO_CACHE
        CacheKey.key bindparams params
        HasCacheKey._generate_cache_key()
        """,
    "sqlalchemy.sql.compiler": """
        SQLCompiler._ad_hoc_textual _bind_processors _cache_key_bind_match
        SQLCompiler._loose_column_name_matching _ordered_columns _result_columns
        SQLCompiler.bind_names binds cache_key compile_state effective_returning
        SQLCompiler.escaped_bind_names literal_execute_params positional positiontup
        SQLCompiler.post_compile_params postfetch prefetch
        """,
    "sqlalchemy.sql.elements": """
        BinaryExpression.left modifiers operator right
        BindParameter.effective_value expanding literal_execute required unique
        ClauseElement._compile_w_cache(
            dialect compiled_cache column_keys for_executemany schema_translate_map kw)
        UnaryExpression.element modifier operator
        """,
    "sqlalchemy.sql.selectable": """
        _OffsetLimitParam
        Select._distinct _group_by_clauses _having_criteria _has_row_limiting_clause
        Select._limit_clause _offset_clause _order_by_clauses _raw_columns
        Select._for_update_arg _where_criteria _with_options _execution_options
        Select._generate()
        Select._propagate_attrs
        """,
    "sqlalchemy.sql.type_api": """
        BOOLEANTYPE
        TypeEngine._cached_result_processor(dialect coltype)
        TypeEngine._static_cache_key
        """,
    "sqlalchemy.sql.util": "_offset_or_limit_clause(element name type_)",
}


_PARAMETERS = re.compile(r"\(([^)]*)\)")


def find_missing() -> list[str]:
    """List what is not as it is written above; an empty list if all is there."""
    return [
        f"{module}.{name}"
        for module, text in REQUIRED.items()
        for name in _find_missing_in(module, text)
    ]


def _find_missing_in(module_name: str, text: str) -> Iterator[str]:
    try:
        module = import_module(module_name)
    except ImportError:
        yield "*"
        return
    one_line_each = _PARAMETERS.sub(lambda match: " ".join(match[0].split()), text)
    for line in filter(None, map(str.strip, one_line_each.splitlines())):
        path, bracket, rest = line.partition("(")
        parameters = rest.removesuffix(")").split() if bracket else None
        owner, _, names = path.partition(".")
        target = getattr(module, owner, None)
        if target is None or not (names or _is_as_written(target, parameters)):
            yield owner
        for name in names.split():
            if not _has(target, name, parameters):
                yield f"{owner}.{name}"


def _has(owner: object, name: str, parameters: list[str] | None) -> bool:
    if hasattr(owner, name):
        return _is_as_written(getattr(owner, name), parameters)
    return parameters is None and isinstance(owner, type) and _sets(owner, name)


def _sets(owner: type[object], name: str) -> bool:
    """Return whether instances of a class have an attribute that the class has not."""
    for base in owner.__mro__:
        if name in getattr(base, "__annotations__", {}):
            return True
        for method in vars(base).values():
            code = getattr(_unwrap(method), "__code__", None)
            if code is not None and name in code.co_names:
                return True
    return False


def _is_as_written(function: object, parameters: list[str] | None) -> bool:
    if parameters is None:
        return True
    code = getattr(_unwrap(function), "__code__", None)
    if code is None:
        return False
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    names = code.co_varnames[:count]
    return [name for name in names if name not in {"self", "cls"}] == parameters


def _unwrap(function: object) -> object:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    # A class method, when it is looked up in the class itself.
    return getattr(function, "__func__", function)

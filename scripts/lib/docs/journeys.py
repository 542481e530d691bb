"""The journeys of a request, a session, a query and a task, call by call.

`make docs` draws them and `make stale` checks every call against the code: after a
function was renamed or a call moved, change its line here.
"""

from dataclasses import dataclass

from .calls import Call

WORKER = "server.process.worker:ServerWorker"
PARSER = "server.http.request_head:RequestHeadParser"
INLINE = "server.threads.inline_views:InlineViews"
THREADS = "server.threads.view_threads:ViewPool"
HANDLER = "server.http.response:RequestHandler"
SERVER_SIDE = "sessions.server_side:ServerSideSessions"
INTERFACE = "sessions.interface:LazySessionInterface"
SESSION_STORE = "sessions.session_store:SessionStore"
DB_SESSION = "db.session:Session"
QUERY_CACHE = "db.fastpath.query_cache:QueryCache"
READER = "db.fastpath.reader:Reader"
CELERY = "tasks.celery.app:CarboyCelery"
LEDGER = "tasks.ledger.ledger:Ledger"


@dataclass(frozen=True, slots=True)
class Journey:
    """One value on its way through the code."""

    title: str
    text: str
    calls: tuple[Call, ...]


REQUEST = Journey(
    "An HTTP request",
    "From Granian's thread to the view and back, as `carboy serve` runs it. Another"
    " WSGI server calls `engine.dispatch:wsgi_app`, which makes the same decision as"
    " `respond`.",
    (
        Call(f"{WORKER}._on_request", f"{PARSER}.parse", "parse and check the head"),
        Call(
            f"{WORKER}._on_request",
            f"{INLINE}.dispatch",
            "run it here or queue it",
            by="_dispatch",
            bound_in=f"{WORKER}.__init__",
        ),
        Call(f"{INLINE}.dispatch", f"{INLINE}.enqueue", "not known as fast"),
        Call(
            f"{THREADS}._run",
            f"{HANDLER}.run",
            "on a view thread",
            by="_work",
            bound_in=f"{WORKER}.__init__",
        ),
        Call(f"{INLINE}.dispatch", f"{INLINE}._run", "known as fast"),
        Call(
            f"{INLINE}._run",
            f"{HANDLER}.run",
            "on Granian's thread",
            by="_work",
            bound_in=f"{WORKER}._make_inline_views",
        ),
        Call(
            f"{HANDLER}._answer",
            "engine.dispatch:respond",
            "one request, no environ",
            by="_respond",
            bound_in="server.http.call_app:make_respond",
        ),
        Call(
            "engine.dispatch:respond",
            "engine.plan:plan_request",
            "decide how it is handled",
        ),
        Call(
            "engine.dispatch:respond",
            "engine.fast_path:handle_fast",
            "the usual case: call the view and build the response",
        ),
        Call(
            "engine.dispatch:respond",
            "engine.dispatch:_handle_slow",
            "an unknown route or another special case",
        ),
        Call(
            "engine.dispatch:_handle_slow",
            "engine.pipeline:dispatch",
            "hooks and view in Flask's order",
        ),
        Call(
            "engine.pipeline:dispatch",
            "engine.pipeline:run_hooks_and_view",
            "before_request hooks",
        ),
        Call("engine.pipeline:run_hooks_and_view", "engine.pipeline:call_view", "view"),
        Call(
            "engine.pipeline:dispatch",
            "engine.pipeline:finalize",
            "after_request hooks, session",
        ),
        Call(f"{HANDLER}._answer", f"{HANDLER}._send", "check the headers and send"),
    ),
)
SESSION = Journey(
    "A session write",
    "A session is read at its first use and written after the view, if it was changed.",
    (
        Call(
            "engine.lazy_session:open_session",
            f"{INTERFACE}.open_session",
            "at the first use; still empty",
        ),
        Call(f"{INTERFACE}.open_session", f"{SERVER_SIDE}._load", "at the first read"),
        Call(f"{SERVER_SIDE}._load", f"{SESSION_STORE}.find", "the id of the cookie"),
        Call(f"{SESSION_STORE}.find", "stores.base:Store.get", "the stored bytes"),
        Call(
            "engine.pipeline:finalize",
            "engine.lazy_session:save_session",
            "after the view and its hooks",
        ),
        Call(
            "engine.lazy_session:save_session",
            f"{INTERFACE}.save_session",
            "nothing to do unless it was opened",
        ),
        Call(
            f"{INTERFACE}.save_session",
            f"{SERVER_SIDE}._save",
            "it was opened",
            by="_save",
        ),
        Call(
            f"{SERVER_SIDE}._save",
            f"{SESSION_STORE}.save",
            "only the changed keys; returns the outcome",
        ),
        Call(
            f"{SESSION_STORE}._merge",
            "stores.base:Store.compare_and_update",
            "compare and set; repeated if another request was first",
        ),
        Call(f"{SERVER_SIDE}._save", f"{SERVER_SIDE}._write_cookie", "by the outcome"),
        Call(
            f"{SERVER_SIDE}._write_cookie",
            "sessions.cookies:CookieFlags.write",
            "only for a new id or a new expiry",
        ),
    ),
)
QUERY = Journey(
    "A query",
    "A simple SELECT skips SQLAlchemy's own compilation and loading; everything else"
    " goes to SQLAlchemy unchanged.",
    (
        Call(f"{DB_SESSION}.execute", f"{DB_SESSION}.load_fast", "every statement"),
        Call(f"{DB_SESSION}.load_fast", f"{READER}.load", "on the main database"),
        Call(f"{READER}.load", f"{QUERY_CACHE}.for_query", "statement to SQL"),
        Call(
            f"{QUERY_CACHE}.for_query",
            "db.fastpath.cache_key:make_key",
            "a key, without compiling",
        ),
        Call(
            f"{QUERY_CACHE}._compile",
            "db.fastpath.eligibility:compile_simple",
            "the key is new; None goes to SQLAlchemy",
        ),
        Call(
            f"{QUERY_CACHE}._compile",
            "db.fastpath.compiled_query:make_query",
            "compile once",
        ),
        Call(f"{READER}.load", f"{READER}._load", "the compiled query"),
        Call(f"{READER}._load", f"{READER}._run", "flush first"),
        Call(f"{READER}._run", f"{READER}.run", "outside of a transaction"),
        Call(
            f"{READER}._run",
            "db.fastpath.reader:run_in_transaction",
            "inside of one",
        ),
    ),
)
TASK = Journey(
    "A task",
    "Without a broker the ledger's table is the queue. With one, the message is only a"
    " notification: a lost one is sent again, and a row is claimed once.",
    (
        Call(
            f"{CELERY}.send_task",
            "tasks.celery.messages:make_run",
            "the call as a row",
        ),
        Call(
            f"{CELERY}.send_task",
            "tasks.celery.app:_insert",
            "in the caller's transaction",
        ),
        Call("tasks.celery.app:_insert", f"{LEDGER}.insert", "the row"),
        Call(
            "tasks.celery.app:_insert", "tasks.celery.app:_announce", "after the commit"
        ),
        Call(
            "tasks.celery.app:_announce",
            "tasks.app_state:TasksState.notify",
            "only with a broker",
        ),
        Call(
            "tasks.celery.task:LedgerTask.__call__",
            "tasks.celery.execute:execute",
            "in the worker, with the claim",
        ),
        Call(
            "tasks.celery.execute:execute",
            "tasks.celery.execute:_claim",
            "with a broker: claimed here, with a fencing token",
        ),
        Call("tasks.celery.execute:_claim", f"{LEDGER}.claim", "compare and set"),
        Call(
            "tasks.celery.execute:execute",
            "tasks.worker.active_runs:ActiveRuns.track",
            "heartbeats while it runs",
        ),
        Call(
            "tasks.celery.execute:execute",
            "tasks.celery.execute:_finish",
            "commit the effect",
        ),
        Call(
            "tasks.celery.execute:_finish",
            f"{LEDGER}.finish",
            "and the end of the run, together",
        ),
    ),
)
JOURNEYS = (REQUEST, SESSION, QUERY, TASK)

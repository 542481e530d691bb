"""The client in TypeScript, by its text, its compiler and in use."""

import json
import subprocess
import threading

import pytest
from werkzeug.serving import make_server

from carboy.rest.openapi import write_client
from tests.rest.library import make_library

SCRIPT = """
import * as api from "./client.js";

const client = { baseUrl: process.argv[2] };
const page = await api.listBooks(client, { query: { per_page: 1 } });
const made = await api.createBook(client, { body: { title: "Mörk & Ljus" } });
const errors = [];
for (const call of [
  () => api.createBook(client, { body: { title: "" } }),
  () => api.deleteBook(client, { path: { number: 1 } }),
  () => api.authorsGet(client, { path: { name: ".." } }),
]) {
  try {
    await call();
  } catch (error) {
    const path = error.document?.errors?.[0]?.path;
    errors.push([error.constructor.name, error.status, path]);
  }
}
const tags = await api.listTags(client, { query: { tag: ["a", "b&c"] } });
const scans = await api.addScans(client, { body: { scan: [new Blob(["x"])] } });
console.log(JSON.stringify({ page, made, errors, tags, scans }));
"""
WRONG = """
import { createBook } from "./client.js";
void createBook({}, { body: { title: 1 } });
void createBook({}, { body: { title: "a", kind: "poem" } });
void createBook({});
"""
OPTIONS = (
    "--strict",
    "--exactOptionalPropertyTypes",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom,dom.iterable",
)


def operation(**parts):
    return {"paths": {"/a": {"get": {"operationId": "a", "responses": {}, **parts}}}}


def get_function(document):
    return write_client(document).rpartition("export async function ")[2]


def test_an_operation_without_parameters_needs_the_client_alone():
    text = get_function(operation())

    assert text.startswith("a(client: ClientOptions): Promise<void> {")


def test_a_required_part_makes_the_options_required():
    optional = {"name": "q", "in": "query", "schema": {"type": "string"}}
    required = {**optional, "required": True}

    assert "options: { query?: { q?: string } } = {})" in get_function(
        operation(parameters=[optional])
    )
    assert "options: { query: { q: string } })" in get_function(
        operation(parameters=[required])
    )


def test_a_response_that_may_be_empty_may_be_undefined():
    body = {"content": {"application/json": {"schema": {"type": "integer"}}}}
    text = get_function(operation(responses={"200": body, "204": {}}))

    assert "Promise<number | undefined>" in text


@pytest.mark.parametrize(
    ("media_type", "result"),
    [
        ("text/csv", "string"),
        ("application/x-ndjson", "Response"),
        ("text/event-stream", "Response"),
        ("application/pdf", "Blob"),
    ],
)
def test_other_media_types_have_their_results(media_type, result):
    text = get_function(operation(responses={"200": {"content": {media_type: {}}}}))

    assert f"Promise<{result}>" in text
    assert f'accept: "{media_type}"' in text


def test_reserved_words_and_double_names_become_names_of_their_own():
    paths = {
        "/a": {"get": {"operationId": "delete"}, "put": {"operationId": "do-it"}},
        "/b": {"get": {"operationId": "do_it"}, "put": {}},
    }

    text = write_client({"paths": paths})

    for name in ("_delete", "doIt", "doIt_", "putB"):
        assert f"function {name}(client" in text


@pytest.fixture(scope="module")
def compiled(web_tools, tmp_path_factory):
    """Folder with the client of the library, compiled in strict mode."""
    folder = tmp_path_factory.mktemp("client")
    runner = make_library().test_cli_runner()
    args = ["openapi", "client", "--typescript", "-o", str(folder / "client.ts")]
    assert runner.invoke(args=args).exit_code == 0
    (folder / "package.json").write_text('{"type": "module"}')
    done = compile_file(web_tools, folder, "client.ts")
    assert done.returncode == 0, done.stdout
    return folder


def compile_file(web_tools, folder, name):
    """Compile a file with the strictest options."""
    return subprocess.run(
        [web_tools.node, web_tools.tsc, *OPTIONS, name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_compiler_refuses_wrong_calls(web_tools, compiled):
    (compiled / "wrong.ts").write_text(WRONG)

    done = compile_file(web_tools, compiled, "wrong.ts")

    lines = [
        line.partition(":")[0] for line in done.stdout.splitlines() if "TS" in line
    ]
    assert [line.partition("(")[2].partition(",")[0] for line in lines] == list("345")


def test_the_client_reads_writes_and_raises_problems(web_tools, compiled):
    (compiled / "use.js").write_text(SCRIPT)
    server = make_server("127.0.0.1", 0, make_library(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        done = subprocess.run(
            [web_tools.node, "use.js", f"http://127.0.0.1:{server.server_port}"],
            cwd=compiled,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["page"]["per_page"] == 1
    assert found["made"]["title"] == "Mörk & Ljus"
    assert found["errors"] == [
        ["Problem", 422, "/title"],
        ["Problem", 401, None],
        ["TypeError", None, None],
    ]
    assert found["tags"] == ["a", "b&c", "plain"]  # with the cookie
    assert found["scans"] == 1

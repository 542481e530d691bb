"""`carboy openapi`: the document on the command line."""

import json

from tests.rest.library import make_library


def test_it_prints_or_writes_the_document(tmp_path):
    runner = make_library().test_cli_runner()
    target = tmp_path / "openapi.json"

    printed = runner.invoke(args=["openapi"])
    runner.invoke(args=["openapi", "-o", str(target)])

    assert printed.exit_code == 0
    document = json.loads(printed.output)
    assert document["info"]["title"] == "Books"
    assert json.loads(target.read_text()) == document


def test_the_check_of_the_same_document_finds_nothing(tmp_path):
    runner = make_library().test_cli_runner()
    old = tmp_path / "old.json"
    runner.invoke(args=["openapi", "-o", str(old)])

    checked = runner.invoke(args=["openapi", "--check", str(old)])

    assert checked.exit_code == 0
    assert checked.output == "Changes: 0 breaking, 0 warning, 0 info.\n"


def test_the_check_names_what_breaks_clients_and_fails(tmp_path):
    runner = make_library().test_cli_runner()
    document = json.loads(runner.invoke(args=["openapi"]).output)
    document["paths"]["/api/gone"] = {"get": {}}
    del document["paths"]["/api/books"]["post"]
    old = tmp_path / "old.json"
    old.write_text(json.dumps(document))

    checked = runner.invoke(args=["openapi", "--check", str(old)])

    assert checked.exit_code == 1
    assert checked.output.splitlines() == [
        "breaking path-removed: /api/gone: the path was removed.",
        "info     operation-added: POST /api/books: the operation is new.",
        "Changes: 1 breaking, 0 warning, 1 info.",
    ]


def test_information_alone_does_not_fail_the_check(tmp_path):
    runner = make_library().test_cli_runner()
    document = json.loads(runner.invoke(args=["openapi"]).output)
    del document["paths"]["/api/books"]
    old = tmp_path / "old.json"
    old.write_text(json.dumps(document))

    assert runner.invoke(args=["openapi", "--check", str(old)]).exit_code == 0


def test_a_file_that_is_no_document_is_refused_with_advice(tmp_path):
    runner = make_library().test_cli_runner()
    old = tmp_path / "old.json"

    for text, reason in (("{", "is not JSON"), ("{}", "no field `openapi`")):
        old.write_text(text)
        checked = runner.invoke(args=["openapi", "--check", str(old)])
        assert checked.exit_code == 1
        assert reason in checked.output
        assert "carboy openapi -o" in checked.output

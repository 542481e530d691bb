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

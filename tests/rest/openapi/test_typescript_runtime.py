"""What each client in TypeScript has; its use is tested with the client."""

from carboy.rest.openapi.typescript_runtime import RUNTIME


def test_the_runtime_has_no_imports():
    assert "import " not in RUNTIME
    assert "export class Problem extends Error" in RUNTIME

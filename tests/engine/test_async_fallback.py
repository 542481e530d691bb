"""Where a thread cannot wait for another, async views run on the spot."""

import subprocess
import sys
import textwrap

from tests.versions import needs


def run(program):
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


@needs("flask", 3, 1)
def test_under_gevent_a_view_waits_and_other_greenlets_go_on():
    lines = run("""
        from gevent import monkey
        monkey.patch_all()
        import asyncio, contextvars, time
        import gevent
        from flask import g, request
        from carboy import Carboy, Settings

        settings = Settings(profile="testing", secret_key="k" * 40)
        app = Carboy("shop", settings=settings)

        @app.before_request
        async def before():
            g.path = request.path

        @app.get("/<name>")
        async def view(name):
            await asyncio.sleep(0.3)
            return f"{name} {g.path} {request.path}"

        app.start()
        began = time.monotonic()
        jobs = [
            gevent.spawn(lambda n=n: app.test_client().get(f"/{n}").text)
            for n in range(5)
        ]
        turns = 0
        while not all(job.ready() for job in jobs):
            gevent.sleep(0.01)
            turns += 1
        print(sorted(job.value for job in jobs)[:2])
        print(turns > 5, time.monotonic() - began < 1.2)
    """)

    assert lines == ["['0 /0 /0', '1 /1 /1']", "True True"]

import asyncio
import subprocess
import sys

import jobs


def setup():
    jobs.app.testing = True


def run(*args):
    done = subprocess.run([sys.executable, 'jobs.py'] + list(args), stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


def test_tasks():
    assert jobs.add.delay(2, 3).get() == 5
    assert jobs.done[-1] == 5
    assert jobs.clean.delay().get() == 'clean'
    assert 'clean' in jobs.celery.conf['CELERYBEAT_SCHEDULE']


def test_requests():
    client = jobs.app.test_client()
    rv = client.post('/add', data={'a': 1, 'b': 2})
    assert b'"gcd":' in rv.data.replace(b' ', b'') and b'"value":3' in rv.data.replace(b' ', b'')
    assert b'"ready":1' in rv.data.replace(b' ', b'')
    rv = client.post('/add', data='{"a": 4, "b": 2}', content_type='application/json')
    assert rv.data.replace(b' ', b'').startswith(b'{"value":6,"gcd":6') or b'"gcd":6' in rv.data.replace(b' ', b'')
    assert client.get('/text?q=c d').data == b'<i>&#34;&amp;lt;&#34;</i>c+deA==[]'


def test_coroutine():
    assert asyncio.new_event_loop().run_until_complete(jobs.wait()) == 'waited'


def test_commands():
    assert run('version') == 'True'
    assert run('version', '-l', '2.0') == 'False'
    assert run('double', '--number', '4') == '8'

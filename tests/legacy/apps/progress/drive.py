"""Needs Redis (BROKER) and starts a worker with the command line of Celery 3 and 4."""
import signal
import subprocess
import sys
import time
from app import app, celery

worker = subprocess.Popen([sys.executable, '-m', 'celery', 'worker', '-A', 'app.celery', '--loglevel=error',
                           '--concurrency=1', '--pool=solo'])
try:
    c = app.test_client()
    assert b'Start' in c.get('/').data
    rv = c.post('/longtask')
    assert rv.status_code == 202
    status = rv.headers['Location']
    states = []
    for n in range(1200):
        states.append(c.get(status).get_json())
        if states[-1]['state'] in ('SUCCESS', 'FAILURE'):
            break
        time.sleep(0.05)
    assert states[-1] == {'state': 'SUCCESS', 'current': 100, 'total': 100, 'status': 'Task completed!', 'result': 42}, states[-1]
finally:
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
print('driven')

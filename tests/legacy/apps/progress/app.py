"""Celery with Flask and a progress bar, as a well-known article of 2014 has it."""
import os
import random
import time
from flask import Flask, request, render_template_string, session, flash, redirect, url_for, jsonify
from celery import Celery

app = Flask(__name__)
app.config['SECRET_KEY'] = 'top-secret!'
app.config['CELERY_BROKER_URL'] = os.environ.get('BROKER', 'redis://localhost:6379/0')
app.config['CELERY_RESULT_BACKEND'] = os.environ.get('BROKER', 'redis://localhost:6379/0')

celery = Celery(app.name, broker=app.config['CELERY_BROKER_URL'])
celery.conf.update(app.config)


@celery.task(bind=True)
def long_task(self):
    """Background task that runs a long function with progress reports."""
    total = 5
    for i in range(total):
        self.update_state(state='PROGRESS', meta={'current': i, 'total': total, 'status': 'Working'})
        time.sleep(0.05)
    return {'current': 100, 'total': 100, 'status': 'Task completed!', 'result': 42}


@app.route('/', methods=['GET', 'POST'])
def index():
    return '<button id=start>Start Long Calculation</button>'


@app.route('/longtask', methods=['POST'])
def longtask():
    task = long_task.apply_async()
    return jsonify({}), 202, {'Location': url_for('taskstatus', task_id=task.id)}


@app.route('/status/<task_id>')
def taskstatus(task_id):
    task = long_task.AsyncResult(task_id)
    if task.state == 'PENDING':
        response = {'state': task.state, 'current': 0, 'total': 1, 'status': 'Pending...'}
    elif task.state != 'FAILURE':
        response = {'state': task.state, 'current': task.info.get('current', 0),
                    'total': task.info.get('total', 1), 'status': task.info.get('status', '')}
        if 'result' in task.info:
            response['result'] = task.info['result']
    else:
        response = {'state': task.state, 'current': 1, 'total': 1, 'status': str(task.info)}
    return jsonify(response)


if __name__ == '__main__':
    app.run(debug=True)

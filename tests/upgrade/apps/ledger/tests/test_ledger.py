import json
import os
import sys
from unittest import TestCase

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import ledger
from ledger.database import db_session, init_db
from ledger.models import Account


class LedgerTest(TestCase):
    def setUp(self):
        self.client = ledger.app.test_client()
        self.client.get('/clear')
        self.id = self.post('/accounts', name='cash')['id']

    def post(self, path, **values):
        rv = self.client.post(path, data=json.dumps(values), content_type='application/json')
        return json.loads(rv.data.decode()) if rv.data else None

    def get(self, path):
        return json.loads(self.client.get(path).data.decode())

    def test_total(self):
        self.assertEquals(self.get('/accounts/%d' % self.id), {'name': 'cash', 'total': 0})
        self.post('/accounts/%d/entries' % self.id, amount=5)
        self.post('/accounts/%d/entries' % self.id, amount=-2)
        self.assertEquals(self.get('/accounts/%d' % self.id)['total'], 3)
        self.assertEquals(self.client.get('/accounts/99').status_code, 404)

    def test_report(self):
        self.post('/accounts/%d/entries' % self.id, amount=5)
        self.post('/accounts/%d/entries' % self.id, amount=5)
        self.post('/accounts/%d/entries' % self.id, amount=-2)
        report = self.get('/report')
        self.assertEquals(report['rows'], [['in', 2], ['out', 1]])
        self.assertEquals(report['changes'], [3])
        self.assertEquals(report['names'], ['cash'])
        self.assertEquals(report['first']['name'], 'cash')
        self.assertEquals(report['tables'], ['accounts', 'entries'])

    def test_query(self):
        self.assertEquals(Account.query.get(self.id).name, 'cash')
        self.assertEquals(Account.query.filter("name = 'cash'").count(), 1)
        self.assertEquals(db_session.execute('SELECT 1').scalar(), 1)
        self.assertEquals(ledger.app.config['SESSION_COOKIE_NAME'], 'ledger')

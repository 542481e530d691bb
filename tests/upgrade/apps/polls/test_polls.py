import json
import subprocess
import sys
import unittest

import polls


class PollsTest(unittest.TestCase):
    def setUp(self):
        polls.app.config['TESTING'] = True
        self.c = polls.app.test_client()
        self.ctx = polls.app.test_request_context()
        self.ctx.push()
        polls.db.create_all()
        polls.db.session.add(polls.User('ann', 'secret'))
        polls.db.session.commit()
        self.ctx.pop()

    def tearDown(self):
        with polls.app.app_context():
            polls.db.session.remove()
            polls.db.drop_all()

    def login(self):
        return self.c.post('/login', data=dict(name='ann', password='secret'), follow_redirects=True)

    def test_login(self):
        assert b'Wrong name or password' in self.c.post('/login', data=dict(name='ann', password='x')).data
        self.assertIn(b'Hi ann', self.login().data)
        self.c.get('/logout')
        self.assertNotIn(b'Hi ann', self.c.get('/').data)

    def test_new_needs_login(self):
        self.assertEquals(self.c.post('/new', data=dict(question='q')).status_code, 302)

    def test_vote(self):
        self.login()
        r = self.c.post('/new', data={'question': u'Tea or <coffee>?', 'choice': ['tea', 'coffee']},
                        follow_redirects=True)
        self.assertEquals(json.loads(r.data), {'question': 'Tea or <coffee>?', 'choices': {'tea': 0, 'coffee': 0}})
        r = self.c.post('/vote/1', headers={'X-Requested-With': 'XMLHttpRequest'})
        self.assertEquals(json.loads(r.data)['votes'], 1)
        r = self.c.get('/poll/1')
        self.assertEquals(json.loads(r.data)['choices']['tea'], 1)
        page = self.c.get('/').data
        self.assertIn(b'Tea or &lt;coffee&gt;?', page)
        self.assertIn(b'page=2', page)
        self.assertEquals(json.loads(self.c.get('/total').data), {'choices': 2, 'polls': 1})

    def test_queries_are_counted(self):
        self.assertEqual(int(self.c.get('/').headers['X-Queries']) >= 1, True)

    def test_token(self):
        with polls.app.app_context():
            token = polls.User.query.first().token()
        r = self.c.get('/api/me', headers={'X-Token': token})
        self.assertEquals(json.loads(r.data)['name'], 'ann')
        self.assertEquals(self.c.get('/api/me', headers={'X-Token': 'nonsense'}).status_code, 401)


def test_manage():
    out = subprocess.check_output([sys.executable, 'manage.py', 'adduser', 'bob'])
    assert b'added bob' in out
    assert b'done' in subprocess.check_output([sys.executable, 'manage.py', 'latest', '-n', '2'])

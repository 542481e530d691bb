import unittest
from datetime import datetime, timedelta

from micro import app, db, User, Post


class TestCase(unittest.TestCase):
    def setUp(self):
        app.config['TESTING'] = True
        self.app = app.test_client()
        db.create_all()

    def tearDown(self):
        db.session.remove()
        db.drop_all()

    def add(self, name):
        user = User(nickname=name, email=name + '@example.com')
        db.session.add(user)
        db.session.commit()
        return user

    def test_avatar(self):
        u = User(nickname='john', email='john@example.com')
        self.assertEquals(u.avatar(128)[:46], 'http://www.gravatar.com/avatar/d4c74594d841139')

    def test_make_unique_nickname(self):
        self.add('john')
        self.assertNotEquals(User.make_unique_nickname('john'), 'john')
        self.assertEqual(User.make_unique_nickname('susan'), 'susan')

    def test_follow(self):
        u1, u2 = self.add('john'), self.add('susan')
        assert u1.unfollow(u2) is None
        db.session.add(u1.follow(u2))
        db.session.commit()
        assert u1.is_following(u2)
        assert u1.followed.count() == 1
        assert u2.followers.first().nickname == 'john'

    def test_follow_posts(self):
        u1, u2 = self.add('john'), self.add('susan')
        utcnow = datetime.utcnow()
        for number in range(3):
            db.session.add(Post(body='p%d' % number, author=u2,
                                timestamp=utcnow + timedelta(seconds=number)))
        u1.follow(u2)
        db.session.commit()
        self.assertEqual([p.body for p in u1.followed_posts().all()], ['p2', 'p1', 'p0'])
        r = self.app.get('/login/john')
        self.assertEqual(r.location, 'http://localhost/')
        self.assertEqual(self.app.get('/').data, b'john:p2,p1,')
        self.assertEqual(self.app.get('/index/2').data, b'john:p0,')

    def test_login_required(self):
        rv = self.app.get('/')
        assert rv.status_code == 302

    def test_edit(self):
        self.add('john')
        self.app.get('/login/john')
        rv = self.app.post('/edit', data=dict(nickname=' johnny', about_me=''))
        assert b'No spaces' in rv.data
        rv = self.app.post('/edit', data=dict(nickname='johnny', about_me='me'))
        assert rv.status_code == 302
        assert User.query.filter_by(nickname='johnny').count() == 1

    def test_translate(self):
        rv = self.app.post('/translate', data={'text': 'a<b'},
                           headers=[('X-Requested-With', 'XMLHttpRequest')])
        assert rv.data.decode('utf-8').find('español') > 0
        assert self.app.post('/translate', data={'text': 'a'}).status_code == 400


if __name__ == '__main__':
    unittest.main()

import re
import subprocess
import sys
import unittest
from flask import url_for
from app import create_app, db
from app.models import User, Post


class FlaskClientTestCase(unittest.TestCase):
    def setUp(self):
        self.app = create_app('testing')
        self.app_context = self.app.app_context()
        self.app_context.push()
        db.create_all()
        self.client = self.app.test_client(use_cookies=True)

    def tearDown(self):
        db.session.remove()
        db.drop_all()
        self.app_context.pop()

    def register(self):
        return self.client.post('/auth/register', data={
            'email': 'john@example.com', 'password': 'cat', 'password2': 'cat'})

    def login(self):
        return self.client.post('/auth/login', data={
            'email': 'john@example.com', 'password': 'cat'}, follow_redirects=True)

    def test_home_page(self):
        response = self.client.get('/')
        self.assertEqual(response.status_code, 200)
        self.assertTrue('<em>0</em>' in response.get_data(as_text=True))

    def test_register_and_login(self):
        response = self.register()
        self.assertEqual(response.status_code, 302)
        self.assertEqual(response.location, 'http://localhost/auth/login')
        response = self.login()
        data = response.get_data(as_text=True)
        self.assertTrue(re.search(r'Hello,\s+john@example.com!', data))
        user = User.query.filter_by(email='john@example.com').first()
        token = user.generate_confirmation_token()
        if isinstance(token, bytes):
            token = token.decode()
        response = self.client.get('/auth/confirm/' + token)
        self.assertEqual(response.get_data(as_text=True), 'confirmed')
        response = self.client.get('/auth/logout', follow_redirects=True)
        self.assertTrue('You have been logged out' in response.get_data(as_text=True))

    def test_posts_are_committed_at_the_end_of_a_request(self):
        self.register()
        db.session.remove()
        self.app_context.pop()
        self.login()
        self.client.post('/', data={'body': 'first post'})
        self.app_context.push()
        db.session.rollback()
        self.assertEqual(Post.query.count(), 1)
        self.assertTrue('first post' in self.client.get('/user/1').get_data(as_text=True))

    def test_duplicate(self):
        self.register()
        data = self.register().get_data(as_text=True)
        self.assertTrue('Email already registered.' in data)

    def test_secret_needs_login(self):
        response = self.client.get('/secret')
        self.assertEqual(response.status_code, 302)
        with self.app.test_request_context():
            self.assertTrue(url_for('auth.login') in response.location)

    def test_auth_token(self):
        user = User(email='a@b.c', password='dog')
        db.session.add(user)
        db.session.commit()
        token = user.generate_auth_token(3600)
        self.assertEqual(User.verify_auth_token(token), user)
        self.assertTrue(User.verify_auth_token(token + 'x') is None)

    def test_passwords(self):
        user = User(password='cat')
        self.assertTrue(user.verify_password('cat'))
        self.assertFalse(user.verify_password('dog'))
        with self.assertRaises(AttributeError):
            user.password


class CommandsTestCase(unittest.TestCase):
    def test_commands(self):
        done = subprocess.run([sys.executable, 'manage.py', 'count'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.stdout.strip(), done.returncode), (b'8', 0), done.stderr)

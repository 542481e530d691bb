import json
import os
import subprocess
import sys
import unittest

from shop import create_app
from shop.extensions import db
from shop.models import Product


class ShopTestCase(unittest.TestCase):
    def setUp(self):
        self.app = create_app('testing')
        self.app_context = self.app.app_context()
        self.app_context.push()
        db.drop_all()
        db.create_all()
        for title, price in ((' Tea', 4), ('Coffee', 6), ('Water', 1)):
            db.session.add(Product(title=title, price=price))
        db.session.commit()
        self.client = self.app.test_client(use_cookies=True)

    def tearDown(self):
        db.session.remove()
        db.drop_all()
        self.app_context.pop()

    def test_index(self):
        page = self.client.get('/').get_data(as_text=True)
        self.assertTrue('Coffee' in page and 'more' in page)
        self.assertFalse('Water' in page)
        self.assertEquals(self.client.get('/nothing').status_code, 404)

    def test_add(self):
        r = self.client.post('/products', data=json.dumps({'title': ' Milk ', 'price': 2}),
                             content_type='application/json')
        self.assertEquals(json.loads(r.get_data(as_text=True)), {'title': 'Milk', 'price': 2})
        self.assertEquals(self.client.post('/products').status_code, 400)

    def test_order(self):
        page = self.client.get('/order/1').get_data(as_text=True)
        self.assertIn('type="email"', page)
        r = self.client.post('/order/1', data={'email': 'nobody', 'amount': 1})
        self.assertIn('That is no address.', r.get_data(as_text=True))
        r = self.client.post('/order/1', data={'email': 'a&b@example.com', 'amount': 1}, follow_redirects=True)
        self.assertEquals(r.get_data(as_text=True), 'Thanks, a&amp;b@example.com (paid)')

    def test_export(self):
        r = self.client.get('/export')
        self.assertEquals(r.get_data(as_text=True), 'Water;1\nTea;4\nCoffee;6')
        self.assertRegexpMatches(r.headers['Content-Disposition'], 'filename="?export_Water.csv')


def test_seed():
    out = subprocess.check_output([sys.executable, 'manage.py', 'seed', '-n', '3'],
                                  env=dict(os.environ, SHOP_CONFIG='testing'))
    assert out.strip().endswith(b'products')

import unittest

import weather


class WeatherTest(unittest.TestCase):
    def setUp(self):
        self.client = weather.app.test_client()

    def test_temperature(self):
        rv = self.client.get('/temperature/Bern')
        self.assertEquals(rv.status_code, 200)
        self.assertRegexpMatches(rv.data.decode(), '2016-01-02T00:00:00')
        self.client.get('/temperature/Bern')
        self.assertEquals(weather.calls.count('Bern'), 1)
        self.assertEquals(weather.calls.count('started'), 1)
        self.assertIn('closed', weather.calls)

    def test_tokens(self):
        self.assertEquals(weather.read_token(weather.make_token('ann')), 'ann')
        self.assertEquals(weather.read_token(weather.make_token('ann', -5)), 'expired')
        self.assertEquals(weather.read_token('x.y.z'), 'bad')

    def test_host(self):
        self.assertEquals(self.client.get('/host?key=k&url=http://a.b/c').data, b'a.b')
        self.assertEquals(self.client.get('/host?key=l&url=x').status_code, 403)

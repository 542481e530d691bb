from site_app import app

c = app.test_client()
assert c.get('/', base_url='http://jd.com:5000').data == b'front, http://cms.jd.com:5000/', c.get('/', base_url='http://jd.com:5000').data
assert c.get('/', base_url='http://cms.jd.com:5000').data == b'cms page, http://jd.com:5000/'
assert c.get('/', base_url='http://admin.jd.com:5000').data == b'static.your-domain.tld'
assert c.get('/dynamic', base_url='http://bob.jd.com:5000').data == b'bob.your-domain.tld'
assert app.config['SESSION_COOKIE_NAME'] == 'jd'
print('driven')

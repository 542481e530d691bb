from xml.etree import ElementTree
from blog import app

c = app.test_client()
rv = c.get('/recent.atom')
assert rv.mimetype == 'application/atom+xml'
root = ElementTree.fromstring(rv.data)
titles = [e.findtext('{http://www.w3.org/2005/Atom}title') for e in root.iter('{http://www.w3.org/2005/Atom}entry')]
assert titles == ['first', u'第二'], titles
assert c.get('/cached').get_json() == c.get('/cached').get_json() == {'n': 1}
assert [c.get('/visits').data for _ in range(3)] == [b'1', b'2', b'3']
text = c.get('/words').get_data(as_text=True)
assert text.index('"b"') < text.index('"a"') and u'二' in text, text
assert '"safe":"evil.com"' in text and '&lt;\\"' in text, text
assert c.get('/text').data == b'a&lt;<br>b'
print('driven')

try:
    from StringIO import StringIO as BytesIO
except ImportError:
    from io import BytesIO


def text_file(text):
    return BytesIO(text.encode('utf-8'))

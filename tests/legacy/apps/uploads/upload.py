"""An upload site of 2014: names made safe, pictures told by their first bytes."""
import os
import imghdr
import tempfile
from flask import Flask, request, redirect, url_for, send_from_directory, send_file, jsonify
from werkzeug import secure_filename
from werkzeug.contrib.fixers import ProxyFix
from werkzeug.wsgi import SharedDataMiddleware

UPLOAD_FOLDER = tempfile.mkdtemp()
ALLOWED_EXTENSIONS = set(['txt', 'pdf', 'png', 'jpg', 'jpeg', 'gif'])

app = Flask(__name__, static_path='/assets')
app.config['UPLOAD_FOLDER'] = UPLOAD_FOLDER
app.config['MAX_CONTENT_LENGTH'] = 1024 * 1024
app.config['JSONIFY_PRETTYPRINT_REGULAR'] = True
app.add_url_rule('/uploads/<filename>', 'uploaded_file', build_only=True)
app.wsgi_app = SharedDataMiddleware(app.wsgi_app, {'/uploads': app.config['UPLOAD_FOLDER']})
app.wsgi_app = ProxyFix(app.wsgi_app)


def allowed_file(filename):
    return '.' in filename and filename.rsplit('.', 1)[1] in ALLOWED_EXTENSIONS


@app.route('/', methods=['GET', 'POST'])
def upload_file():
    if request.method == 'POST':
        file = request.files['file']
        if file and allowed_file(file.filename):
            filename = secure_filename(file.filename)
            file.save(os.path.join(app.config['UPLOAD_FOLDER'], filename))
            if request.is_xhr:
                return jsonify(name=filename, kind=imghdr.what(os.path.join(UPLOAD_FOLDER, filename)))
            return redirect(url_for('uploaded_file', filename=filename))
    return '<form action="" method=post enctype=multipart/form-data><input type=file name=file><input type=submit></form>'


@app.route('/download/<name>')
def download(name):
    return send_from_directory(app.config['UPLOAD_FOLDER'], filename=name,
                               as_attachment=True, attachment_filename='mine-' + name, cache_timeout=60)


if __name__ == '__main__':
    app.run(host='0.0.0.0', debug=True)

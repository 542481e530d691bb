from flask import (Blueprint, abort, current_app, escape, flash, jsonify, make_response,
                   redirect, render_template, request, send_file, url_for)
from io import BytesIO
from werkzeug.utils import secure_filename
from werkzeug import url_quote

from .extensions import db
from .forms import OrderForm
from .models import Order, Product

shop = Blueprint('shop', __name__)


@shop.before_app_first_request
def create_tables():
    db.create_all()


@shop.route('/')
def index():
    page = request.args.get('page', 1, type=int)
    pagination = Product.query.order_by(Product.price.desc()).paginate(
        page, per_page=2, error_out=False)
    return render_template('index.html', pagination=pagination, products=pagination.items)


@shop.route('/products', methods=['POST'])
def add():
    data = request.json
    if not data:
        abort(400)
    product = Product(title=data['title'], price=data['price'])
    db.session.add(product)
    db.session.commit()
    return jsonify(product.to_json()), 201


@shop.route('/order/<int:id>', methods=['GET', 'POST'])
def order(id):
    product = Product.query.get_or_404(id)
    form = OrderForm()
    if form.validate_on_submit():
        row = Order(email=form.email.data, product=product)
        db.session.add(row)
        db.session.commit()
        from .tasks import pay
        pay.delay(row.id)
        return redirect(url_for('.thanks', id=row.id))
    return render_template('order.html', form=form, product=product)


@shop.route('/thanks/<int:id>')
def thanks(id):
    row = Order.query.get(id)
    return 'Thanks, %s (%s)' % (escape(row.email), 'paid' if row.paid else 'open')


@shop.route('/export')
def export():
    rows = ['%s;%s' % (r['title'], r['price']) for r in Product.report()]
    name = secure_filename('export %s.csv' % url_quote(Product.cheapest().title))
    return send_file(BytesIO('\n'.join(rows).encode('utf8')), mimetype='text/csv',
                     as_attachment=True, attachment_filename=name, cache_timeout=0, add_etags=False)

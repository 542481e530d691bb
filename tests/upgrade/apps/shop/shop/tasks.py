from celery.utils.log import get_task_logger

from .extensions import celery, db
from .models import Order

logger = get_task_logger(__name__)


@celery.task(name='shop.pay', bind=True)
def pay(self, order_id):
    order = Order.query.get(order_id)
    order.paid = True
    db.session.add(order)
    db.session.commit()
    logger.warn('paid %s', order_id)
    return order_id

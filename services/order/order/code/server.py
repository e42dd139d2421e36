"""Container order-api: the operations of `ANY /api/v1/{proxy+}`, behind the internal load balancer."""

from __future__ import annotations

from orders import placing, shop
from runtime.settings import number
from runtime.web import Application, run

application = Application(
    {
        "POST /api/v1/orders": placing.place,
        "GET /api/v1/orders/{id}": placing.get,
        "DELETE /api/v1/orders/{id}": placing.cancel,
        "GET /api/v1/cart": shop.get_cart,
        "PUT /api/v1/cart": shop.put_cart,
        "GET /api/v1/notices": shop.get_notices,
        "POST /api/v1/quote": shop.quote_order,
        "PUT /api/v1/products/{sku}": shop.put_product,
    }
)

if __name__ == "__main__":
    run(application, int(number("PORT", 8080)))

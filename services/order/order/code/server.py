"""Container order-api: the operations of `ANY /api/v1/{proxy+}`, behind the internal load balancer."""

from __future__ import annotations

from orders import placing, shop
from runtime.settings import number
from runtime.web import Application, run

PREFIX = "/api/v1"
"""What the API leaves out when it hands a request on (document 002: `http://internal-alb…/{proxy}`)."""
ROUTES = {
    "POST /api/v1/orders": placing.place,
    "GET /api/v1/orders/{id}": placing.get,
    "DELETE /api/v1/orders/{id}": placing.cancel,
    "GET /api/v1/cart": shop.get_cart,
    "PUT /api/v1/cart": shop.put_cart,
    "GET /api/v1/notices": shop.get_notices,
    "POST /api/v1/quote": shop.quote_order,
    "PUT /api/v1/products/{sku}": shop.put_product,
}

application = Application(
    {path: operation for route, operation in ROUTES.items() for path in (route, route.replace(f" {PREFIX}/", " /"))}
)

if __name__ == "__main__":
    run(application, int(number("PORT", 8080)))

"""Function DataProcessing: counts what was sold, from orders in the queue and from CSV files of other shops.

The original design has this one in Java, with the same timeout, memory and triggers.
"""

from __future__ import annotations

import codecs
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import unquote_plus

from analyst.files import sales
from analyst.metrics import Counted, add, day_of
from runtime import log
from runtime.clients import client
from runtime.log import logger
from runtime.messages import Message, PoisonMessageError, queue_handler
from runtime.search import index
from runtime.settings import variable


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve both triggers.

    Raises:
        FileError: a file is none of sales, and nothing of it was counted; it goes to the dead letters.
    """
    records: list[dict[str, Any]] = event.get("Records") or []
    if any("s3" in record for record in records):
        log.correlate(getattr(context, "aws_request_id", None))
        for record in records:
            _count_file(record["s3"])
        return {"files": len(records)}
    return _orders(event, context)


def _count_order(message: Message) -> None:
    order = message.body
    try:
        articles: Counter[str] = Counter()
        for item in order["items"]:
            articles[f"sold#{item['sku']}"] += int(item["count"])
        value = int(order["total"]["value"])
        order_id = str(order["order_id"])
    except (KeyError, TypeError, ValueError) as error:
        raise PoisonMessageError(f"this is no placed order: {type(error).__name__}") from None
    today = day_of(None)
    add(Counted(message.identity, today, {"orders": 1, "order-value": value, **articles}))
    index("reports", {f"order-{order_id}": {"kind": "order", "order_id": order_id, "value": value, "day": today}})


def _count_file(record: dict[str, Any]) -> None:
    bucket, name = record["bucket"]["name"], unquote_plus(record["object"]["key"])
    if bucket != variable("DATA_BUCKET_BUCKET") or not name.startswith(variable("DATA_BUCKET_PREFIX")):
        raise PoisonMessageError("this object is in no place of this service")
    body = client("s3").get_object(Bucket=bucket, Key=name)
    days: defaultdict[str, Counter[str]] = defaultdict(Counter)
    documents: dict[str, dict[str, Any]] = {}
    # Read to the end before anything is counted: half a file would count wrongly for ever.
    for sale in sales(codecs.iterdecode(body["Body"].iter_lines(keepends=True), "utf-8-sig")):
        days[sale.day] += Counter({f"sold#{sale.sku}": sale.count, "sales": 1, "sale-value": sale.value})
        documents[f"sale-{sale.sale_id}"] = {"kind": "sale", "sku": sale.sku, "value": sale.value, "day": sale.day}
    # The same content under the same name is the same file; a corrected one has another ETag, and counts anew.
    identity = f"{name}#{body['ETag'].strip(chr(34))}"
    for day, sums in sorted(days.items()):
        add(Counted(f"{identity}#{day}", day, sums))
    index("reports", documents)
    logger.info("file counted", extra={"sales": len(documents), "days": len(days)})


_orders = queue_handler(_count_order)

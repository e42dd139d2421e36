"""The AWS Price List API, as `analysis.cost.refresh` asks it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.cost.refresh import Ask

REGION = "us-east-1"
"""The API is there for all regions. AWS Billing User Guide, "Price List Query API endpoints"."""


def ask() -> Ask:
    """A function that asks AWS, as the shell is set up.

    It raises ConnectionError where AWS cannot be asked: offline, without credentials, or without the right.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    boto3: Any = importlib.import_module("boto3")
    config = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})
    client = boto3.client("pricing", region_name=REGION, config=config)

    def products(service: str, where: Mapping[str, str]) -> Iterator[str]:
        filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in where.items()]
        try:
            pages = client.get_paginator("get_products").paginate(ServiceCode=service, Filters=filters)
            for page in pages:
                yield from page["PriceList"]
        except (BotoCoreError, ClientError) as error:
            raise ConnectionError(
                f"The AWS Price List API cannot be asked ({type(error).__name__}). It wants the internet, and "
                "credentials that may call pricing:GetProducts; the price table stays as it is."
            ) from None

    return products

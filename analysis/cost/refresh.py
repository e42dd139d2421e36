"""Brings the price table up to date from the AWS Price List API, keeping what each figure rests on.

A price is taken only where exactly one product answers, and its first paid tier on demand has one figure; whatever is
left is told, and stays as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from contracts.settings import source

QUERIES = Path(__file__).with_name("queries.yaml")
USAGE = {"us-east-1": "", "us-west-2": "USW2-"}
"""Region → how its usage types begin. AWS Price List, "usagetype"."""
USAGE_LONG = {"us-east-1": "us-east-1-", "us-west-2": "us-west-2-"}
"""The same for the services that write regions out."""
_PART = re.compile(r"\{(\w+)\}")

Ask = Callable[[str, Mapping[str, str]], Iterable[str]]
"""Service code and attributes → products, each as the JSON text that the API gives."""


class Query(BaseModel):
    """How a price is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field(min_length=1)
    where: Mapping[str, str] = Field(min_length=1)
    times: Annotated[int, Field(gt=0)] = 1


@dataclass(frozen=True)
class Answer:
    """One figure, and the day that AWS published it."""

    usd: Decimal
    published: date


@dataclass
class Refreshed:
    """What came of it."""

    text: str = ""
    """The table, with its comments."""
    changed: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """`key region` → figure before and after."""
    read: list[str] = field(default_factory=list[str])
    """Keys that AWS answered for."""
    left: dict[str, str] = field(default_factory=dict[str, str])
    """Key → why it stays as it was."""


class PriceAnswerError(ValueError):
    """What AWS answers for a price cannot be used; the message says why."""


@cache
def queries() -> Mapping[str, Query]:
    """Price key, or family of keys → query."""
    return {key: Query.model_validate(value) for key, value in source.table(QUERIES).items()}


def query_of(key: str, region: str) -> Query | None:
    """The query of one price in one region, with its parts filled in; None where nobody wrote one."""
    for pattern, query in queries().items():
        match = re.fullmatch(_PART.sub(r"(?P<\1>[^:]+)", pattern), key)
        if match is not None:
            parts = {"region": region, "usage": USAGE[region], "usage_long": USAGE_LONG[region], **match.groupdict()}
            where = {name: _PART.sub(lambda m, p=parts: p[m[1]], value) for name, value in query.where.items()}
            return query.model_copy(update={"where": where})
    return None


def answer(query: Query, products: Iterable[str]) -> Answer:
    """The figure in what the API gave.

    Raises:
        PriceAnswerError: there is no product, several cost different amounts, or one has no price on demand.
    """
    found = {_figure(json.loads(text)) for text in products}
    figures = {figure for figure, _ in found}
    if not found:
        raise PriceAnswerError("AWS has no such product")
    if len(figures) > 1:
        raise PriceAnswerError(f"AWS has {len(found)} products of different prices")
    (figure,) = figures
    return Answer(figure * query.times, max(published for _, published in found))


def _figure(product: Mapping[str, Any]) -> tuple[Decimal, date]:
    dimensions = [
        dimension
        for term in product.get("terms", {}).get("OnDemand", {}).values()
        for dimension in term.get("priceDimensions", {}).values()
    ]
    paid = sorted(_tiers(dimensions))
    if not paid:
        raise PriceAnswerError("AWS names no price on demand")
    return paid[0][1], date.fromisoformat(str(product["publicationDate"])[:10])


def _tiers(dimensions: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Decimal, Decimal]]:
    """Where each paid tier begins, and its figure; what is free at first is not the price."""
    for dimension in dimensions:
        try:
            usd, begins = Decimal(dimension["pricePerUnit"]["USD"]), Decimal(str(dimension.get("beginRange") or 0))
        except (KeyError, InvalidOperation) as error:
            raise PriceAnswerError(f"AWS answers in a form that is not known ({error})") from None
        if usd > 0:
            yield begins, usd


def refresh(table: str, ask: Ask) -> Refreshed:
    """Ask for every price of a table.

    Args:
        table: text of prices.yaml.
        ask: asks AWS; what it raises comes through.

    Returns:
        The new text and what changed; a page is `read` once AWS has answered for all that is on it.
    """
    yaml = YAML()
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    content: Any = yaml.load(table)  # pyright: ignore[reportUnknownMemberType]
    done = Refreshed()
    regions = [str(region) for region in content["regions"]]
    for page in content["pages"]:
        published: list[date] = []
        for key, entry in page["prices"].items():
            try:
                answers = {region: _asked(key, region, ask) for region in regions}
            except PriceAnswerError as error:
                done.left[key] = str(error)
                continue
            _put(key, entry, answers, done)
            published.append(max(each.published for each in answers.values()))
            done.read.append(key)
        if len(published) == len(page["prices"]):
            page["as_of"], page["basis"] = max(published), "read"
    out = StringIO()
    yaml.dump(content, out)  # pyright: ignore[reportUnknownMemberType]
    done.text = out.getvalue()
    return done


def _asked(key: str, region: str, ask: Ask) -> Answer:
    query = query_of(key, region)
    if query is None:
        raise PriceAnswerError("nobody wrote down how to ask for it (analysis/cost/queries.yaml)")
    return answer(query, ask(query.service, query.where))


def _put(key: str, entry: Any, answers: Mapping[str, Answer], done: Refreshed) -> None:
    first, *others = answers
    for region, given in answers.items():
        name = "usd" if region == first else region
        was = Decimal(str(entry.get(name, entry["usd"])))
        if was != given.usd:
            done.changed[f"{key} {region}"] = (f"{was.normalize():f}", f"{given.usd.normalize():f}")
    entry["usd"] = DoubleQuotedScalarString(f"{answers[first].usd.normalize():f}")
    for region in others:
        if answers[region].usd != answers[first].usd:
            entry[region] = DoubleQuotedScalarString(f"{answers[region].usd.normalize():f}")
        elif region in entry:
            del entry[region]

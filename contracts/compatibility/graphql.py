"""Two GraphQL schemas by their SDL, and as one consumer's queries meet them.

Outputs may become narrower (`T` → `T!`), inputs wider (`T!` → `T`). Enum values are read where the enum is answered and
written where it is an argument, so growth and shrinkage break on different sides. Paths are schema coordinates
(`Order.total`, `Query.order(id:)`, `@cached(seconds:)`).
Source: GraphQL specification, October 2021 (§3 type system, §5 validation); Schema Coordinates RFC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from graphql import (
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate_schema,
)

from contracts.compatibility.documents import DocumentError, check_size
from contracts.compatibility.verdict import Bump, Change, Severity, breaking, compatible, placed, unknown

MOST_TOKENS = 100_000
_BUILT_IN = frozenset({"String", "Int", "Float", "Boolean", "ID"})


def compare_graphql(
    old: str, new: str, *, uses: frozenset[str] | None = None, consumer: str = "", name: str = "schema.graphql"
) -> list[Change]:
    """All changes between two schemas in SDL; with `uses` (`Type.field`) only those breaks that these fields meet.

    Raises:
        DocumentError: no SDL, not valid as a schema, or too large.
    """
    before, after = build(old, f"{name} (old)"), build(new, f"{name} (new)")
    changes = _types(before, after) + _roots(before, after) + _directives(before, after)
    if uses is not None:
        reached = _reached(before, uses)
        changes = [_met(change, uses, reached) for change in changes]
        known = {f"{n}.{f}" for n, t in before.type_map.items() for f in getattr(t, "fields", ())}
        changes += [unknown(use, "is used, but the old version never had it") for use in sorted(uses - known)]
    return placed(changes, subject="type system", consumer=consumer)


def build(text: str, where: str) -> GraphQLSchema:
    """The schema that an SDL document declares.

    Raises:
        DocumentError: as `compare_graphql`.
    """
    check_size(text, where)
    try:
        schema = build_ast_schema(parse(text, no_location=False, max_tokens=MOST_TOKENS))
        errors = validate_schema(schema)
    except RecursionError:
        raise DocumentError(where, "nested too deep", "use fewer nested lists") from None
    except GraphQLError as error:
        place = f" at line {error.locations[0].line}, column {error.locations[0].column}" if error.locations else ""
        raise DocumentError(where, f"no valid SDL{place}: {error.message[:200]}", "mend the schema there") from None
    except TypeError as error:
        raise DocumentError(where, f"no valid SDL: {str(error)[:300]}", "mend the schema") from None
    if errors:
        raise DocumentError(where, "; ".join(error.message[:200] for error in errors[:5]), "mend the schema")
    return schema


def _named(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    return {n: t for n, t in schema.type_map.items() if not n.startswith("__") and n not in _BUILT_IN}


def _types(before: GraphQLSchema, after: GraphQLSchema) -> list[Change]:
    was, now = _named(before), _named(after)
    outputs, inputs = _positions(before)
    found = [compatible(name, "was added") for name in now if name not in was]
    for name, old in was.items():
        new = now.get(name)
        if new is None:
            found.append(breaking(name, "was removed"))
        elif type(old) is not type(new):
            found.append(breaking(name, f"went from {_kind(old)} to {_kind(new)}"))
        elif isinstance(old, GraphQLObjectType | GraphQLInterfaceType):
            found += _fields(old, cast("GraphQLObjectType", new)) + _interfaces(old, cast("GraphQLObjectType", new))
        elif isinstance(old, GraphQLInputObjectType):
            found += _inputs(old.fields, cast("GraphQLInputObjectType", new).fields, lambda f, n=name: f"{n}.{f}")
        elif isinstance(old, GraphQLEnumType):
            found += _values(old, cast("GraphQLEnumType", new), name in outputs, name in inputs)
        elif isinstance(old, GraphQLUnionType):
            found += _members(old, cast("GraphQLUnionType", new))
        if new is not None and (old.description or "") != (new.description or ""):
            found.append(compatible(name, "is described in other words", Bump.PATCH))
    return found


def _kind(named: GraphQLNamedType) -> str:
    return type(named).__name__.removeprefix("GraphQL").removesuffix("Type").lower()


def _positions(schema: GraphQLSchema) -> tuple[set[str], set[str]]:
    """Names of types that are answered, and of those that are written."""
    outputs: set[str] = set()
    inputs: set[str] = set()
    for named in schema.type_map.values():
        if named.name.startswith("__"):
            continue
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field in named.fields.values():
                outputs.add(_name(field.type))
                inputs.update(_name(argument.type) for argument in field.args.values())
        if isinstance(named, GraphQLInputObjectType):
            inputs.update(_name(field.type) for field in named.fields.values())
    return outputs, inputs


def _name(wrapped: Any) -> str:
    """The name of the type inside all lists and non-nulls."""
    named: Any = wrapped
    while hasattr(named, "of_type"):
        named = named.of_type
    return str(named.name)


def _narrower(old: Any, new: Any) -> bool:
    """Whether every answer of the new type is one of the old: the same, or with null excluded somewhere."""
    if is_non_null_type(new):
        return _narrower(old.of_type if is_non_null_type(old) else old, new.of_type)
    if is_non_null_type(old):
        return False
    if is_list_type(old) or is_list_type(new):
        return is_list_type(old) and is_list_type(new) and _narrower(old.of_type, new.of_type)
    return old.name == new.name


def _fields(old: GraphQLObjectType | GraphQLInterfaceType, new: GraphQLObjectType) -> list[Change]:
    found = [compatible(f"{old.name}.{name}", "was added") for name in new.fields if name not in old.fields]
    for name, field in old.fields.items():
        path = f"{old.name}.{name}"
        other = new.fields.get(name)
        if other is None:
            found.append(breaking(path, "was removed"))
            continue
        if str(field.type) != str(other.type):
            text = f"type went from {field.type} to {other.type}"
            found.append(compatible(path, text) if _narrower(field.type, other.type) else breaking(path, text))
        found += _inputs(field.args, other.args, lambda argument, path=path: f"{path}({argument}:)")
        found += _deprecation(path, field.deprecation_reason, other.deprecation_reason)
        if (field.description or "") != (other.description or ""):
            found.append(compatible(path, "is described in other words", Bump.PATCH))
    return found


def _deprecation(path: str, old: str | None, new: str | None) -> list[Change]:
    if (old is None) == (new is None):
        return []
    return [compatible(path, "is deprecated" if new is not None else "is no longer deprecated")]


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any], path: Callable[[str], str]) -> list[Change]:
    """Arguments or input fields: consumers write them, so they may only become wider."""
    found: list[Change] = []
    for name, after in new.items():
        if name not in old:
            required = (
                is_required_input_field(after) if isinstance(after, GraphQLInputField) else is_required_argument(after)
            )
            found.append(
                breaking(path(name), "was added and is required") if required else compatible(path(name), "was added")
            )
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            found.append(breaking(path(name), "was removed"))
            continue
        if str(before.type) != str(after.type):
            text = f"type went from {before.type} to {after.type}"
            wider = _narrower(after.type, before.type)
            found.append(compatible(path(name), text) if wider else breaking(path(name), text))
        if before.default_value != after.default_value:
            had = before.ast_node is not None and before.ast_node.default_value is not None
            text = "default changed: who leaves it out gets the other"
            found.append(breaking(path(name), text) if had else compatible(path(name), "has a default now"))
        found += _deprecation(path(name), before.deprecation_reason, after.deprecation_reason)
    return found


def _values(old: GraphQLEnumType, new: GraphQLEnumType, answered: bool, written: bool) -> list[Change]:
    found: list[Change] = []
    for name in new.values:
        if name not in old.values:
            path, text = f"{old.name}.{name}", "is new, and unknown to those who read the old version"
            found.append(breaking(path, text) if answered else compatible(path, "was added"))
    for name, value in old.values.items():
        path = f"{old.name}.{name}"
        if name not in new.values:
            used = written or not answered
            found.append(breaking(path, "was removed") if used else compatible(path, "is no longer answered"))
        else:
            found += _deprecation(path, value.deprecation_reason, new.values[name].deprecation_reason)
    return found


def _members(old: GraphQLUnionType, new: GraphQLUnionType) -> list[Change]:
    was, now = ([member.name for member in union.types] for union in (old, new))
    found = [breaking(old.name, f"member {name} was removed") for name in was if name not in now]
    return found + [
        unknown(old.name, f"member {name} is new: queries without a branch for it answer nothing there")
        for name in now
        if name not in was
    ]


def _interfaces(old: GraphQLObjectType | GraphQLInterfaceType, new: GraphQLObjectType) -> list[Change]:
    was, now = ([interface.name for interface in t.interfaces] for t in (old, new))
    found = [breaking(old.name, f"no longer implements {name}") for name in was if name not in now]
    return found + [
        unknown(name, f"is implemented by {old.name} now: queries without a branch for it see less")
        for name in now
        if name not in was
    ]


def _roots(before: GraphQLSchema, after: GraphQLSchema) -> list[Change]:
    found: list[Change] = []
    for word in ("query", "mutation", "subscription"):
        was, now = (getattr(schema, f"{word}_type") for schema in (before, after))
        if was is not None and (now is None or now.name != was.name):
            found.append(breaking(was.name, f"is no longer the {word} type"))
    return found


def _directives(before: GraphQLSchema, after: GraphQLSchema) -> list[Change]:
    was, now = ({d.name: d for d in schema.directives} for schema in (before, after))
    found = [compatible(f"@{name}", "was added") for name in now if name not in was]
    for name, old in was.items():
        new: GraphQLDirective | None = now.get(name)
        if new is None:
            found.append(breaking(f"@{name}", "was removed"))
            continue
        found += [
            breaking(f"@{name}", f"may no longer stand at {p.name}") for p in old.locations if p not in new.locations
        ]
        if old.is_repeatable and not new.is_repeatable:
            found.append(breaking(f"@{name}", "is no longer repeatable"))
        found += _inputs(old.args, new.args, lambda argument, name=name: f"@{name}({argument}:)")
    return found


def _reached(schema: GraphQLSchema, uses: frozenset[str]) -> set[str]:
    """Names of types that the used fields answer or take; what lies behind an input type as well."""
    reached: set[str] = set()
    waiting: list[GraphQLNamedType] = []
    for use in uses:
        owner, _, name = use.partition(".")
        field = getattr(schema.type_map.get(owner), "fields", {}).get(name)
        reached.add(owner)
        if field is not None:
            waiting += [
                get_named_type(field.type),
                *(get_named_type(a.type) for a in getattr(field, "args", {}).values()),
            ]
    while waiting:
        named = waiting.pop()
        if named.name in reached and not isinstance(named, GraphQLInputObjectType):
            continue
        if isinstance(named, GraphQLInputObjectType) and named.name not in reached:
            waiting += [get_named_type(field.type) for field in named.fields.values()]
        reached.add(named.name)
    return reached


def _met(change: Change, uses: frozenset[str], reached: set[str]) -> Change:
    """A change outside of what is used is compatible for this consumer."""
    if not change.refuses or change.path.startswith("@"):
        return change
    coordinate = change.path.partition("(")[0]
    owner, _, member = coordinate.partition(".")
    listed = any(use.startswith(f"{owner}.") for use in uses)
    if coordinate in uses or (owner in reached and (not member or not listed)):
        return change
    return replace(change, severity=Severity.COMPATIBLE, bump=Bump.MINOR, what=f"{change.what} (not used)")

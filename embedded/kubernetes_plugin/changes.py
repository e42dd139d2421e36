"""What an update would change: told by the API's own dry run, so that drift counts and defaults do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from embedded.aws_plugin.values import Props, Unknown, Value, has_unknown
from embedded.kubernetes_plugin.api import Api
from embedded.kubernetes_plugin.errors import ApiError, NoSuchKindError, UnreachableError
from embedded.kubernetes_plugin.naming import AUTONAMED, Target, member, says
from embedded.kubernetes_plugin.objects import Path, comparable, differences, keep_live, plain, to_send
from embedded.kubernetes_plugin.refusals import immutable_fields
from embedded.kubernetes_plugin.settings import Settings

# Replaced when they change, as the official plug-in does, so that what reads them starts anew.
_REPLACED: Final = {
    "ConfigMap": ("data", "binaryData", "immutable"),
    "Secret": ("data", "stringData", "type", "immutable"),
}


@dataclass
class Difference:
    """What an update would change. `replaces` are paths of `changes` that cannot be changed in place."""

    changes: set[Path] = field(default_factory=set[Path])
    replaces: set[Path] = field(default_factory=set[Path])
    delete_first: bool = False


@dataclass(frozen=True)
class Sides:
    """A resource as it was (`outputs`, `before`: its inputs) and as its inputs are to be (`after`)."""

    target: Target
    outputs: Props
    before: Props
    after: Props

    def moves(self, name: str) -> bool:
        """Whether the object gets another name or namespace; without one it keeps what its state says."""
        before, after = member(self.before, name), member(self.after, name)
        if isinstance(after, Unknown) or isinstance(before, Unknown):
            return True
        if name == "namespace":
            live = member(self.outputs, name)
            before = before or live
            after = after or ("default" if live and before else None)
        return before is not None and before != after

    @property
    def keeps_name(self) -> bool:
        """Whether a replacement would want the name that the replaced object has."""
        same = all(member(self.before, name) == member(self.after, name) for name in ("name", "namespace"))
        return same and not says(self.after, AUTONAMED)


def compare(api: Api | None, settings: Settings, sides: Sides, manager: str, ignored: list[str]) -> Difference:
    """The difference. Without an API, or while something is unknown, inputs alone are compared."""
    found = Difference()
    given = set(differences(plain(sides.before), plain(sides.after)))
    found.replaces |= {("metadata", name) for name in ("name", "namespace") if sides.moves(name)}
    found.replaces |= _replaced_by_custom(settings, sides.target, given)
    found.changes |= found.replaces | given
    if api is not None and not found.replaces and not has_unknown(cast("Value", sides.after)):
        try:
            _dry_run(api, sides.after, manager, ignored, found)
        except UnreachableError:
            if not settings.skip_update_unreachable:
                raise
            found.changes.clear()
    found.delete_first = bool(found.replaces) and sides.keeps_name
    return found


def _replaced_by_custom(settings: Settings, target: Target, given: set[Path]) -> set[Path]:
    if target.is_patch or target.api_version != "v1":
        return set()
    mutable = {"ConfigMap": settings.config_map_mutable, "Secret": settings.secret_mutable}
    if mutable.get(target.kind, True):
        return set()
    return {path for path in given if path and path[0] in _REPLACED[target.kind]}


def _dry_run(api: Api, after: Props, manager: str, ignored: list[str], found: Difference) -> None:
    body = to_send(plain(after))
    try:
        _, path = api.place(body)
        live = api.find(path)
        if live is None:
            found.changes.add(("metadata", "uid"))  # it is gone: an update makes it again
            return
        keep_live(body, live, ignored)
        # forced, because it only has to tell what would change; an update says who is in the way
        planned = api.apply(path, body, manager=manager, force=True, dry_run=True)
    except NoSuchKindError:
        found.changes.add(("apiVersion",))
    except ApiError as error:
        fields = immutable_fields(error)
        if not fields:
            raise
        found.replaces |= fields
        found.changes |= fields
    else:
        found.changes |= set(differences(comparable(live), comparable(planned)))

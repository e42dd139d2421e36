"""What the engine asks of a resource, in terms of Kubernetes: checked, compared, made, changed, read and ended."""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.names import Naming
from embedded.aws_plugin.values import Props, Unknown, Value, as_dict, has_unknown, reveal, reveal_all
from embedded.kubernetes_plugin.api import Api, Kind, Object
from embedded.kubernetes_plugin.errors import ApiError, NoSuchKindError, NotReadyError, UnreachableError
from embedded.kubernetes_plugin.naming import (
    AUTONAMED,
    MANAGER,
    Target,
    annotations,
    id_of,
    member,
    named,
    parse_id,
    says,
)
from embedded.kubernetes_plugin.objects import (
    FIELD_MANAGER,
    INITIAL_VERSION,
    Path,
    as_preview,
    as_state,
    comparable,
    differences,
    imported,
    keep_live,
    look,
    path_of,
    plain,
    put,
    to_send,
)
from embedded.kubernetes_plugin.readiness import DEFAULT_SECONDS, SKIP, TIMEOUT, Waiter
from embedded.kubernetes_plugin.settings import Settings

FORCE: Final = "pulumi.com/patchForce"
PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
_SETTLES: Final = 60.0  # seconds within which a new kind is served, and a name of something that ends is free
_IMMUTABLE: Final = re.compile(
    r"immutable|may not (be )?change|cannot change|updates? to .*forbidden|must be the same as|cannot be changed",
    re.IGNORECASE,
)
# Replaced when they change, as the official plug-in does, so that what reads them starts anew.
_REPLACED: Final = {
    "ConfigMap": ("data", "binaryData", "immutable"),
    "Secret": ("data", "stringData", "type", "immutable"),
}

Tell = Callable[[str], None]


@dataclass
class Difference:
    """What an update would change. `replaces` are paths of `changes` that cannot be changed in place."""

    changes: set[Path] = field(default_factory=set[Path])
    replaces: set[Path] = field(default_factory=set[Path])
    delete_first: bool = False


@dataclass(frozen=True)
class Made:
    """A resource as the engine is to remember it; `problem` if it exists and is not what it should be."""

    id: str
    properties: Props
    problem: str = ""


@dataclass(frozen=True)
class Found:
    """What a read saw."""

    id: str
    properties: Props
    inputs: Props


class Lifecycle:
    """All of it, for one provider."""

    def __init__(self, settings: Settings, tell: Tell) -> None:
        """`tell` hears what takes long."""
        self.settings = settings
        self.cancelled = threading.Event()
        self._api = Api(settings.connection, tell) if settings.connection else None
        self._waiter = Waiter(self._api, self.cancelled) if self._api else None

    def check(self, target: Target, news: Props, olds: Props, naming: Naming) -> tuple[Props, list[tuple[str, str]]]:
        """Completed inputs, and what is wrong with them as (property, reason)."""
        problems: list[tuple[str, str]] = []
        out = news | {
            "apiVersion": news.get("apiVersion") or target.api_version,
            "kind": news.get("kind") or target.kind,
        }
        if out["kind"] != target.kind and not isinstance(reveal(out["kind"]), Unknown):
            problems.append(("kind", f"{target.token} is a {target.kind}, not a {out['kind']}"))
        if target.kind.endswith("List") and "items" in news:
            problems.append(("kind", f"{target.kind} is no object of its own: declare its items one by one"))
        if target.is_patch and not member(out, "name") and "metadata" not in _unknowns(out):
            problems.append(("metadata.name", "a patch must name the object that it patches"))
        if problems:
            return out, problems
        out = named(out, olds, naming)
        return self._with_namespace(out), []

    def diff(self, target: Target, olds: Props, old_inputs: Props, news: Props, ignored: list[str]) -> Difference:
        """What an update would change: told by the API's own dry run, so that drift counts and defaults do not."""
        found = Difference()
        before, after = _bare(old_inputs), _bare(news)
        given = set(differences(before, after))
        for name in ("name", "namespace"):
            if self._moved(name, old_inputs, news, olds):
                found.replaces.add(("metadata", name))
        found.replaces |= self._replaced_by_custom(target, given)
        found.changes |= found.replaces | given
        if self._api is None or has_unknown(cast("Value", after)):
            found.changes |= {(), *found.changes} - {()}
            return self._finish(found, old_inputs, news)
        if not found.replaces:
            self._dry_run(target, olds, news, ignored, found)
        return self._finish(found, old_inputs, news)

    def create(self, target: Target, news: Props, seconds: float, preview: bool, tell: Tell) -> Made:
        """Make an object. It must not exist, unless this very resource began to make it, or a patch wants it."""
        manager = str(annotations(news).get(MANAGER) or target.manager)
        guessed = Made("", news | {FIELD_MANAGER: manager, INITIAL_VERSION: target.api_version})
        if preview and (self._api is None or has_unknown(cast("Value", news))):
            return guessed
        body = to_send(plain(news))
        try:
            kind, path = self._place(body, wait=0 if preview else _SETTLES)
            self._refuse_existing(target, path, manager, preview)
            live = self._apply(path, body, manager, self._forced(news), dry_run=preview)
        except NoSuchKindError:
            if preview:  # its CRD may be part of the same update
                return guessed
            raise
        except ApiError as error:
            if preview and _will_exist(error):
                return guessed
            raise
        name = id_of(live["metadata"].get("namespace") if kind.namespaced else None, live["metadata"]["name"])
        if preview:
            return Made(name, as_preview(live, manager, news))
        return self._settle(target, name, path, live, manager, news, seconds, tell)

    def update(
        self,
        target: Target,
        id_: str,
        olds: Props,
        news: Props,
        ignored: list[str],
        seconds: float,
        preview: bool,
        tell: Tell,
    ) -> Made:
        """Change an object; one that is gone is made again."""
        manager = _manager(target, olds, news)
        if preview and (self._api is None or has_unknown(cast("Value", news))):
            return Made(id_, news | {FIELD_MANAGER: manager, INITIAL_VERSION: target.api_version})
        body = to_send(plain(news))
        _, path = self._place(body)
        if ignored:
            live = self._live(path)
            if live is not None:
                keep_live(body, live, ignored)
        live = self._apply(path, body, manager, self._forced(news), dry_run=preview)
        if preview:
            return Made(id_, as_preview(live, manager, news))
        return self._settle(target, id_, path, live, manager, news, seconds, tell)

    def read(self, target: Target, id_: str, olds: Props, old_inputs: Props) -> Found | None:
        """An object as it is, and the inputs that would explain it; None if it does not exist."""
        if self._api is None:
            return Found(id_, olds, old_inputs)
        namespace, name = parse_id(id_)
        known = _bare(old_inputs) if old_inputs else {}
        version = known.get("apiVersion") or target.api_version
        try:
            kind = self._api.kind(str(version), target.kind)
        except NoSuchKindError:
            return None
        path = kind.path(namespace, name)
        live = self._live(path)
        if live is None:
            return None
        live = {"apiVersion": kind.api_version, "kind": kind.kind} | live
        manager = _manager(target, olds, old_inputs)
        inputs = imported(live) if not old_inputs else self._explained(path, live, manager, old_inputs, target.is_patch)
        return Found(id_, as_state(live, manager, old_inputs), inputs)

    def delete(self, target: Target, id_: str, olds: Props, old_inputs: Props, seconds: float) -> None:
        """End an object, and wait until it is gone; a patch gives back what it had taken."""
        api = self._need()
        namespace, name = parse_id(id_)
        given = old_inputs or olds
        version = str(reveal(given.get("apiVersion")) or target.api_version)
        try:
            path = api.kind(version, target.kind).path(namespace, name)
            if target.is_patch:
                empty = {"apiVersion": version, "kind": target.kind, "metadata": {"name": name}}
                if self._live(path) is not None:
                    api.apply(path, empty, manager=_manager(target, olds, given))
                return
            policy = str(annotations(given).get(PROPAGATION) or "foreground").capitalize()
            gone = api.delete(path, {"propagationPolicy": policy})
        except NoSuchKindError:  # its CRD is gone, and it with it
            return
        except UnreachableError:
            if self.settings.delete_unreachable:
                return
            raise
        except ApiError as error:
            if error.is_gone:
                return
            raise
        if says(given, SKIP) or self._waiter is None:
            return
        details = gone.get("details") or gone.get("metadata") or {}
        self._waiter.gone(path, details.get("uid"), _seconds(given, seconds))

    # ------------------------------------------------------------ how

    def _need(self) -> Api:
        if self._api is None:
            raise PluginError("the kubeconfig of its provider is not known yet")
        return self._api

    def _with_namespace(self, inputs: Props) -> Props:
        """Inputs with the provider's namespace, where they have none and their kind wants one."""
        wanted = self.settings.namespace
        metadata = reveal(inputs.get("metadata"))
        if not wanted or self._api is None or not isinstance(metadata, dict) or metadata.get("namespace") is not None:
            return inputs
        try:
            kind = self._api.kind(str(reveal(inputs["apiVersion"])), str(reveal(inputs["kind"])))
        except PluginError:  # unknown here is said where it is needed
            return inputs
        return inputs | {"metadata": metadata | {"namespace": wanted}} if kind.namespaced else inputs

    def _place(self, body: Object, wait: float = 0) -> tuple[Kind, str]:
        """Where an object is; a kind that is not served is waited for, because CRDs take a moment."""
        api, deadline = self._need(), time.monotonic() + wait
        metadata = body.get("metadata") or {}
        while True:
            try:
                kind = api.kind(str(body["apiVersion"]), str(body["kind"]))
                return kind, kind.path(metadata.get("namespace"), metadata.get("name"))
            except NoSuchKindError:
                if time.monotonic() > deadline or self.cancelled.wait(0.5):
                    raise

    def _live(self, path: str) -> Object | None:
        try:
            return self._need().get(path)
        except ApiError as error:
            if error.is_gone:
                return None
            raise

    def _refuse_existing(self, target: Target, path: str, manager: str, preview: bool) -> None:
        live = self._live(path)
        if target.is_patch:
            if live is None and not preview:
                raise PluginError("there is nothing to patch: the object does not exist")
            return
        if live is None or self.settings.upsert or live.get("metadata", {}).get("deletionTimestamp"):
            return
        managers = {item.get("manager") for item in live["metadata"].get("managedFields") or ()}
        if manager in managers:  # this resource began to make it, and was interrupted
            return
        raise PluginError(
            "it exists already. Import it (the resource option import_), patch it (the kind with Patch at its end), or let "
            "the provider adopt it (upsert_existing_objects=True)."
        )

    def _apply(self, path: str, body: Object, manager: str, force: bool, *, dry_run: bool) -> Object:
        """Apply; what only takes a moment (something that ends, a service account to come) is waited for."""
        deadline = time.monotonic() + (0 if dry_run else _SETTLES)
        while True:
            try:
                return self._need().apply(path, body, manager=manager, force=force, dry_run=dry_run)
            except ApiError as error:
                if error.is_conflict_of_managers:
                    raise PluginError(_conflict(error)) from None
                if not _passes(error) or time.monotonic() > deadline or self.cancelled.wait(0.5):
                    raise

    def _forced(self, news: Props) -> bool:
        told = annotations(news).get(FORCE)
        return self.settings.patch_force if told is None else told in ("true", True)

    def _settle(
        self, target: Target, id_: str, path: str, live: Object, manager: str, news: Props, seconds: float, tell: Tell
    ) -> Made:
        problem = ""
        if self._waiter and not says(news, SKIP) and not target.is_patch:
            try:
                live = self._waiter.ready(path, live, _seconds(news, seconds), tell)
            except NotReadyError as why:
                problem = str(why)
        return Made(id_, as_state(live, manager, news), problem)

    def _moved(self, name: str, old_inputs: Props, news: Props, olds: Props) -> bool:
        """Whether an object would get another name or namespace; none is what its state says, or `default`."""
        before, after = member(old_inputs, name), member(news, name)
        if isinstance(after, Unknown) or isinstance(before, Unknown):
            return True
        if name == "namespace":
            live = member(olds, name)
            before = before or live
            after = after or (("default" if live else None) if before else None)
        return before is not None and before != after

    def _replaced_by_custom(self, target: Target, given: set[Path]) -> set[Path]:
        if target.is_patch or target.api_version != "v1":
            return set()
        mutable = {"ConfigMap": self.settings.config_map_mutable, "Secret": self.settings.secret_mutable}
        if mutable.get(target.kind, True):
            return set()
        return {path for path in given if path and path[0] in _REPLACED[target.kind]}

    def _dry_run(self, target: Target, olds: Props, news: Props, ignored: list[str], found: Difference) -> None:
        body, manager = to_send(plain(news)), _manager(target, olds, news)
        try:
            _, path = self._place(body)
            live = self._live(path)
            if live is None:
                found.changes.add(("metadata", "uid"))  # it is gone: an update makes it again
                return
            keep_live(body, live, ignored)
            planned = self._need().apply(path, body, manager=manager, force=True, dry_run=True)
        except NoSuchKindError:
            found.changes.add(("apiVersion",))
            return
        except UnreachableError:
            if self.settings.skip_update_unreachable:
                found.changes.clear()
                return
            raise
        except ApiError as error:
            fields = _immutable(error)
            if not fields:
                raise
            found.replaces |= fields
            found.changes |= fields
            return
        found.changes |= set(differences(comparable(live), comparable(planned)))
        for path_, value in [(item, look(cast("Any", _bare(news)), item)) for item in found.changes]:
            if path_ and path_[-1] == AUTONAMED and not value[0]:
                found.changes.discard(path_)

    @staticmethod
    def _finish(found: Difference, old_inputs: Props, news: Props) -> Difference:
        same_name = member(old_inputs, "name") == member(news, "name")
        same_place = member(old_inputs, "namespace") == member(news, "namespace")
        found.delete_first = bool(found.replaces) and same_name and same_place and not says(news, AUTONAMED)
        return found

    def _explained(self, path: str, live: Object, manager: str, inputs: Props, is_patch: bool) -> Props:
        """The last inputs, changed where the live object is not what they would make of it."""
        body = to_send(plain(inputs))
        try:
            planned = self._need().apply(path, body, manager=manager, force=True, dry_run=True)
        except ApiError:  # for example a change of what is immutable: the inputs as far as they are live
            planned = live
        out = copy.deepcopy(inputs)
        for at in differences(comparable(live), comparable(planned)):
            there, value = look(live, at)
            if not is_patch or there:
                _put_in(out, at, there, value)
        return out


def _put_in(inputs: Props, at: Path, there: bool, value: Any) -> None:
    """Write through secrets' wrappers: what replaces a part of a secret makes the whole of it plain drift."""
    if inputs.get("kind") == "Secret" and at[:1] == ("data",):
        data = reveal_all(as_dict(reveal(inputs.get("data"))))
        put({"data": data}, at, there, value)
        inputs["data"] = cast("Value", data)
        return
    first = str(at[0]) if at else ""
    if first in inputs:
        inputs[first] = reveal(inputs[first])
    put(inputs, at, there, value)


def _bare(props: Props) -> Object:
    """Inputs for comparison: revealed, with unknowns, without our own members and nulls."""
    return cast("Object", plain(props))


def _unknowns(props: Props) -> set[str]:
    return {key for key, value in props.items() if isinstance(reveal(value), Unknown)}


def _manager(target: Target, olds: Props, inputs: Props) -> str:
    told = annotations(inputs).get(MANAGER) or olds.get(FIELD_MANAGER)
    return str(told or target.manager)


def _seconds(inputs: Props, engine: float) -> float:
    told = annotations(inputs).get(TIMEOUT)
    if isinstance(told, (str, int, float)) and str(told).replace(".", "", 1).isdigit():
        return float(told)
    return engine or DEFAULT_SECONDS


def _will_exist(error: ApiError) -> bool:
    """Whether a dry run failed for want of something that the same update may make: a namespace, a service account."""
    if error.is_gone:
        return True
    return error.code == 403 and bool(re.search(r"not found|no PriorityClass|does not exist", error.message))


def _passes(error: ApiError) -> bool:
    """Whether a refusal is of the kind that is over in a moment."""
    if error.code == 409 and ("being deleted" in error.message or "object has been modified" in error.message):
        return True
    if error.code == 404 and not error.details.get("name"):  # a new kind whose path is not served yet
        return True
    terminating = any(item.reason == "NamespaceTerminating" for item in error.causes)
    return error.code == 403 and (terminating or ("serviceaccount" in error.message and "not found" in error.message))


def _immutable(error: ApiError) -> set[Path]:
    """The fields that an update may not change, if that is what the API refuses; then only a replacement helps."""
    if error.code not in (403, 422) or not _IMMUTABLE.search(str(error)):
        return set()
    fields = {path_of(item.field) for item in error.causes if item.field and _IMMUTABLE.search(item.message)}
    return fields or {("spec",)}


def _conflict(error: ApiError) -> str:
    lines = [f"  {item.field}: {item.message}" for item in error.causes]
    return (
        "others have set these fields to other values:\n" + "\n".join(lines) + "\n"
        f'Take them over with the annotation {FORCE}: "true", or leave them to the others with ignore_changes.'
    )

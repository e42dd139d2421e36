"""What the engine asks of a resource, in terms of Kubernetes: checked, compared, made, changed, read and ended."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.names import Naming
from embedded.aws_plugin.values import Props, Secret, Unknown, Value, has_secret, has_unknown, reveal
from embedded.kubernetes_plugin.api import Api, Kind, Object, part
from embedded.kubernetes_plugin.changes import Difference, Sides, compare
from embedded.kubernetes_plugin.errors import ApiError, NoSuchKindError, NotReadyError, UnreachableError
from embedded.kubernetes_plugin.naming import (
    MANAGER,
    PREFIX,
    Target,
    annotations_of,
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
    plain,
    put,
    to_send,
)
from embedded.kubernetes_plugin.readiness import DEFAULT_SECONDS, SKIP, TIMEOUT, Waiter
from embedded.kubernetes_plugin.refusals import FORCE, conflict, passes, will_exist
from embedded.kubernetes_plugin.settings import Settings

PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
_SETTLES: Final = 60.0  # seconds within which a new kind is served, and a name of something that ends is free

Tell = Callable[[str], None]


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

    def create(self, target: Target, news: Props, seconds: float, preview: bool, tell: Tell) -> Made:
        """Make an object. It must not exist, unless this very resource began to make it, or a patch wants it."""
        manager = str(annotations_of(news).get(MANAGER) or target.manager)
        guessed = Made("", news | {FIELD_MANAGER: manager, INITIAL_VERSION: target.api_version})
        if preview and (self._api is None or has_unknown(cast("Value", news))):
            return guessed
        body = to_send(plain(news))
        try:
            kind, path = self._place(body, wait=0 if preview else _SETTLES)
            live = self._refuse_existing(target, path, manager, preview)
            if preview and live is not None and not target.is_patch:  # what is to be replaced still has the name
                return guessed
            live = self._apply(path, body, manager, self._forced(news), dry_run=preview)
        except NoSuchKindError:
            if preview:  # its CRD may be part of the same update
                return guessed
            raise
        except ApiError as error:
            if preview and will_exist(error):
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
        manager = manager_of(target, olds, news)
        if preview and (self._api is None or has_unknown(cast("Value", news))):
            return Made(id_, news | {FIELD_MANAGER: manager, INITIAL_VERSION: target.api_version})
        body = to_send(plain(news))
        _, path = self._place(body)
        if ignored:
            live = self._need().find(path)
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
        known = plain(old_inputs) if old_inputs else {}
        version = known.get("apiVersion") or target.api_version
        try:
            kind = self._api.kind(str(version), target.kind)
        except NoSuchKindError:
            return None
        path = kind.path(namespace, name)
        live = self._api.find(path)
        if live is None:
            return None
        live = {"apiVersion": kind.api_version, "kind": kind.kind} | live
        manager = manager_of(target, olds, old_inputs)
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
                if api.find(path) is not None:
                    api.apply(path, empty, manager=manager_of(target, olds, given))
                return
            policy = str(annotations_of(given).get(PROPAGATION) or "foreground").capitalize()
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
        details = part(gone, "details") or part(gone, "metadata")
        self._waiter.gone(path, details.get("uid"), _seconds(given, seconds))

    def diff(self, target: Target, olds: Props, old_inputs: Props, news: Props, ignored: list[str]) -> Difference:
        """What an update would change."""
        manager = manager_of(target, olds, news)
        return compare(self._api, self.settings, Sides(target, olds, old_inputs, news), manager, ignored)

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
        placed: Props = {**metadata, "namespace": wanted}
        return {**inputs, "metadata": placed} if kind.namespaced else inputs

    def _place(self, body: Object, wait: float = 0) -> tuple[Kind, str]:
        """Where an object is; a kind that is not served is waited for, because CRDs take a moment."""
        api, deadline = self._need(), time.monotonic() + wait
        while True:
            try:
                return api.place(body)
            except NoSuchKindError:
                if time.monotonic() > deadline or self.cancelled.wait(0.5):
                    raise

    def _refuse_existing(self, target: Target, path: str, manager: str, preview: bool) -> Object | None:
        """What has the name already, if this resource may have it."""
        live = self._need().find(path)
        if target.is_patch:
            if live is None and not preview:
                raise PluginError("there is nothing to patch: the object does not exist")
            return live
        if live is None or self.settings.upsert or live["metadata"].get("deletionTimestamp"):
            return live
        managers = {str(item.get("manager")) for item in live["metadata"].get("managedFields") or ()}
        ours = any(name.startswith(PREFIX) for name in managers)
        if manager in managers or (preview and ours):  # an interrupted creation; a replacement to come
            return live
        raise PluginError(
            "it exists already. Import it (the resource option import_), patch it (the kind with Patch at its end), "
            "or let the provider adopt it (upsert_existing_objects=True)."
        )

    def _apply(self, path: str, body: Object, manager: str, force: bool, *, dry_run: bool) -> Object:
        """Apply; what only takes a moment (something that ends, a service account to come) is waited for."""
        deadline = time.monotonic() + (0 if dry_run else _SETTLES)
        while True:
            try:
                return self._need().apply(path, body, manager=manager, force=force, dry_run=dry_run)
            except ApiError as error:
                if error.is_conflict_of_managers:
                    raise PluginError(conflict(error)) from None
                if not passes(error) or time.monotonic() > deadline or self.cancelled.wait(0.5):
                    raise

    def _forced(self, news: Props) -> bool:
        told = annotations_of(news).get(FORCE)
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
    """Write into inputs, in which whole members may be secret: they stay it."""
    first = str(at[0]) if at else ""
    old = inputs.get(first)
    is_secret = has_secret(old) or (inputs.get("kind") == "Secret" and first == "data")
    bare = reveal(old)
    if bare is None and len(at) > 1 and there:
        bare = cast("Value", {})
    inputs[first] = copy.deepcopy(bare)
    put(inputs, at, there, value)
    if is_secret and inputs.get(first) is not None:
        inputs[first] = Secret(inputs[first])
    if inputs.get(first) is None:
        inputs.pop(first, None)


def _unknowns(props: Props) -> set[str]:
    return {key for key, value in props.items() if isinstance(reveal(value), Unknown)}


def manager_of(target: Target, olds: Props, inputs: Props) -> str:
    """The field manager of a resource: the one its program wants, the one it has, or a new one."""
    told = annotations_of(inputs).get(MANAGER) or olds.get(FIELD_MANAGER)
    return str(told or target.manager)


def _seconds(inputs: Props, engine: float) -> float:
    told = annotations_of(inputs).get(TIMEOUT)
    if isinstance(told, (str, int, float)) and str(told).replace(".", "", 1).isdigit():
        return float(told)
    return engine or DEFAULT_SECONDS

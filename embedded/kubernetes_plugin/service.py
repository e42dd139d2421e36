# ruff: noqa: N802 - the names of the methods are the protocol's
"""Pulumi's ResourceProvider service: messages in, messages out. What they mean is in `lifecycle`."""

from __future__ import annotations

import functools
import json
import os
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.names import Mode, Naming
from embedded.aws_plugin.values import Props, Secret, canonical, has_unknown, leaves, reveal_all
from embedded.aws_plugin.wire import decode, encode
from embedded.kubernetes_plugin.changes import Difference
from embedded.kubernetes_plugin.engine import Engine
from embedded.kubernetes_plugin.lifecycle import Lifecycle, Made
from embedded.kubernetes_plugin.manifests import objects_in
from embedded.kubernetes_plugin.naming import Target
from embedded.kubernetes_plugin.objects import text_of
from embedded.kubernetes_plugin.settings import Settings, connection_of

_LONGEST_MESSAGE = 8000  # of an error: gRPC refuses trailers over some 16 kB
_OPTIONS = provider_pb2.CheckRequest.AutonamingOptions
_KINDS = provider_pb2.PropertyDiff
_HELM = (
    "Charts are not rendered by this stand-in of the kubernetes plug-in; use the official plug-in, or apply manifests."
)

Method = TypeVar("Method", bound=Callable[..., Any])


class _PartialError(Exception):
    """A resource that exists and is not ready: the engine keeps it and updates it the next time."""

    def __init__(self, message: str, detail: any_pb2.Any) -> None:
        super().__init__(message)
        self.detail = detail


def answered(method: Method) -> Method:
    """Make every failure of a method an error message for the user, which names the object and hides secrets."""

    @functools.wraps(method)
    def inner(self: KubernetesProvider, request: Any, context: grpc.ServicerContext) -> object:
        try:
            return method(self, request, context)
        except _PartialError as error:
            code = grpc.StatusCode.UNKNOWN.value[0]
            status = status_pb2.Status(code=code, message=str(error), details=[error.detail])
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            message = str(error)
        except PluginError as error:
            message = str(error)
        except Exception as error:  # a bug: the trace is for the log, and may hold values
            self.engine.debug(traceback.format_exc())
            message = (
                f"internal error of the kubernetes plug-in's stand-in in {method.__name__} ({type(error).__name__}); "
                "with ATOLL_PLUGIN_LOG=FILE, FILE says where"
            )
        return context.abort(grpc.StatusCode.UNKNOWN, _hide(message, request)[:_LONGEST_MESSAGE])

    return inner  # type: ignore[return-value]


class KubernetesProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One for a plug-in process, which serves one provider configuration."""

    def __init__(self, version: str, engine: Engine) -> None:
        """`version` is the SDK's."""
        self._version = version
        self.engine = engine
        self._life: Lifecycle | None = None
        self._config = Settings(connection=None)

    # ------------------------------------------------------------ the plug-in itself

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Our version: the SDK's."""
        return plugin_pb2.PluginInfo(version=self._version)

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        """The engine's address, when a debugger started us."""
        self.engine.attach(request.address)
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """What we take: secrets, so that we know what to hide."""
        self.engine.attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """A name and a version only: `pulumi import` needs `--generate-code=false` for it."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "kubernetes", "version": self._version}))

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Stop waiting."""
        if self._life:
            self._life.cancelled.set()
        return empty_pb2.Empty()

    @answered
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Say early what is wrong with a kubeconfig that is known."""
        news = decode(request.news)
        try:
            Settings.of(news, os.environ)
        except PluginError as wrong:
            if any(news.get(name) for name in ("kubeconfig", "context", "renderYamlToDirectory")):
                failure = provider_pb2.CheckFailure(property=str(wrong).split(":")[0], reason=str(wrong))
                return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=request.news)

    @answered
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Another cluster replaces the provider, and with it everything in it; other credentials do not."""
        olds, news = reveal_all(decode(request.olds)), reveal_all(decode(request.news))
        changed = {key for key in {*olds, *news} if canonical(olds.get(key)) != canonical(news.get(key))}
        changed -= {"version", "pluginDownloadURL"}
        replaces: list[str] = []
        if "clusterIdentifier" in changed and olds.get("clusterIdentifier") and news.get("clusterIdentifier"):
            replaces = ["clusterIdentifier"]
        elif not news.get("clusterIdentifier") and not has_unknown(news.get("kubeconfig")) and changed:
            try:
                before, after = connection_of(olds, os.environ), connection_of(news, os.environ)
            except PluginError:
                pass
            else:
                replaces = ["kubeconfig"] if before.identity != after.identity else []
        return provider_pb2.DiffResponse(changes=_changes(bool(changed)), replaces=replaces, diffs=sorted(changed))

    @answered
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Remember the configuration; the cluster is asked with the first resource."""
        given = decode(request.args)
        for key, value in request.variables.items():
            given.setdefault(key.split(":")[-1], value)
        try:
            self._config = Settings.of(given, os.environ)
        except PluginError as wrong:
            if given.get("kubeconfig"):
                raise
            self._config = Settings(connection=None)  # the default provider of a program that uses explicit ones
            self.engine.debug(str(wrong))
        self._life = Lifecycle(self._config, self.engine.say)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    # ------------------------------------------------------------ resources

    @answered
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Complete and validate inputs."""
        target = _target(request)
        with _naming_errors(target):
            inputs, problems = self._alive.check(
                target, decode(request.news), decode(request.olds), _naming(request, target)
            )
        failures = [provider_pb2.CheckFailure(property=where, reason=why) for where, why in problems]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    @answered
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """What would change."""
        target = _target(request)
        with _naming_errors(target):
            found = self._alive.diff(
                target,
                decode(request.olds),
                decode(request.old_inputs),
                decode(request.news),
                list(request.ignoreChanges),
            )
        return _diff_response(found)

    @answered
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Make a resource."""
        target = _target(request)
        with _naming_errors(target):
            made = self._alive.create(
                target, decode(request.properties), request.timeout, request.preview, self.engine.teller(target.urn)
            )
        _raise_if_partial(made, target, request.properties)
        return provider_pb2.CreateResponse(id=made.id, properties=encode(made.properties))

    @answered
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change a resource."""
        target = _target(request)
        with _naming_errors(target):
            made = self._alive.update(
                target,
                request.id,
                decode(request.olds),
                decode(request.news),
                list(request.ignoreChanges),
                request.timeout,
                request.preview,
                self.engine.teller(target.urn),
            )
        _raise_if_partial(made, target, request.news)
        return provider_pb2.UpdateResponse(properties=encode(made.properties))

    @answered
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """End a resource."""
        target = _target(request)
        with _naming_errors(target):
            olds, inputs = decode(request.properties), decode(request.old_inputs)
            self._alive.delete(target, request.id, olds, inputs, request.timeout)
        return empty_pb2.Empty()

    @answered
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Refresh, import and `.get()`; no id in the answer: it is gone."""
        target = _target(request)
        with _naming_errors(target):
            found = self._alive.read(target, request.id, decode(request.properties), decode(request.inputs))
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=found.id, properties=encode(found.properties), inputs=encode(found.inputs))

    @answered
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Decode manifests for the SDK's own components; no function of Helm or Kustomize."""
        if request.tok != "kubernetes:yaml:decode":
            raise PluginError(f"{request.tok}: {_HELM}")
        text = reveal_all(decode(request.args)).get("text")
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode({"result": objects_in(str(text or ""))}))  # a keyword of Python
        return response

    @answered
    def Construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:
        """Components that live in the plug-in."""
        if request.type.startswith("kubernetes:helm.sh"):
            raise PluginError(f"{request.type} '{request.name}': {_HELM}")
        raise PluginError(
            f"{request.type} '{request.name}': this stand-in of the kubernetes plug-in does not build it; declare its "
            "objects one by one, or use pulumi_kubernetes.yaml.ConfigGroup"
        )

    @property
    def _alive(self) -> Lifecycle:
        if self._life is None:
            self._life = Lifecycle(self._config, self.engine.say)
        return self._life


class _naming_errors:  # noqa: N801 - reads as a statement
    """Within it, an error gets the name of the resource in front."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, PluginError):
            raise PluginError(f"{self._target.token} '{self._target.name}': {error}") from None

    def __enter__(self) -> None:
        pass


def _target(request: Any) -> Target:
    """The resource of a request; older engines send its type in the URN alone."""
    return Target(request.urn, request.type or request.urn.split("::")[2].rpartition("$")[2])


def _hide(message: str, request: Any) -> str:
    """The message without any secret that the request carries."""
    texts: set[str] = set()
    for name in ("news", "olds", "properties", "inputs", "args", "old_inputs"):
        part: Any = getattr(request, name, None)
        if hasattr(part, "fields"):
            texts |= _secret_texts(decode(part))
    for text in sorted(texts, key=len, reverse=True):
        if len(text) >= 4:
            message = message.replace(text, "[secret]")
    return message


def _secret_texts(props: Props) -> set[str]:
    out: set[str] = set()
    pending = list(props.values())
    while pending:
        value = pending.pop()
        if isinstance(value, Secret):
            out |= {leaf for leaf in leaves(value) if isinstance(leaf, str) and leaf}
        elif isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return out


def _raise_if_partial(made: Made, target: Target, sent: Any) -> None:
    if not made.problem:
        return
    message = f"{target.token} '{target.name}': {made.problem}"
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=made.id, reasons=[message], properties=encode(made.properties), inputs=sent
        )
    )
    raise _PartialError(message, detail)


def _naming(request: Any, target: Target) -> Naming:
    mode, proposed = Mode.DEFAULT, ""
    if request.HasField("autonaming"):
        proposed = request.autonaming.proposed_name
        disabled = request.autonaming.mode == _OPTIONS.DISABLE
        mode = Mode.DISABLED if disabled else Mode.PROPOSED if proposed else Mode.DEFAULT
    return Naming(target.name, request.randomSeed, mode, proposed)


def _changes(any_change: bool) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if any_change else provider_pb2.DiffResponse.DIFF_NONE


def _diff_response(found: Difference) -> provider_pb2.DiffResponse:
    tops = {str(path[0]) for path in found.changes if path}
    response = provider_pb2.DiffResponse(
        hasDetailedDiff=True,
        changes=_changes(bool(found.changes)),
        diffs=sorted(tops),
        replaces=sorted({str(path[0]) for path in found.replaces if path}),
        deleteBeforeReplace=found.delete_first,
    )
    for path in found.changes:
        replaced = any(path[: len(item)] == item for item in found.replaces)
        response.detailedDiff[text_of(path)].kind = _KINDS.UPDATE_REPLACE if replaced else _KINDS.UPDATE
    return response

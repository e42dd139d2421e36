# ruff: noqa: N802 - the names of the methods are the protocol's
"""Pulumi's ResourceProvider service: messages in, messages out. What they mean is in `lifecycle` and `functions`."""

from __future__ import annotations

import functools
import json
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from embedded.aws_plugin import settings
from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.compare import Change
from embedded.aws_plugin.errors import PluginError, ShapeError, TerraformError
from embedded.aws_plugin.functions import Functions
from embedded.aws_plugin.lifecycle import Lifecycle, Made
from embedded.aws_plugin.mapping.store import MapStore
from embedded.aws_plugin.names import Mode, Naming
from embedded.aws_plugin.paths import from_terraform, top
from embedded.aws_plugin.pool import Pool
from embedded.aws_plugin.report import LOG_FILE, Reporter
from embedded.aws_plugin.resources import Difference, Failure, Target
from embedded.aws_plugin.secrecy import redact, secret_texts, sensitive_texts
from embedded.aws_plugin.values import Props, canonical, reveal_all
from embedded.aws_plugin.wire import decode, encode

_LONGEST_MESSAGE = 8000  # of an error: gRPC refuses trailers over some 16 kB
_OPTIONS = provider_pb2.CheckRequest.AutonamingOptions
# in place, and with a replacement
_KINDS = {
    Change.ADD: (provider_pb2.PropertyDiff.ADD, provider_pb2.PropertyDiff.ADD_REPLACE),
    Change.DELETE: (provider_pb2.PropertyDiff.DELETE, provider_pb2.PropertyDiff.DELETE_REPLACE),
    Change.UPDATE: (provider_pb2.PropertyDiff.UPDATE, provider_pb2.PropertyDiff.UPDATE_REPLACE),
}

Method = TypeVar("Method", bound=Callable[..., Any])


class _Abort(Exception):  # noqa: N818 - an answer, that is an error only to the engine
    """An answer that is an error message."""

    def __init__(self, message: str, detail: any_pb2.Any | None = None) -> None:
        super().__init__(message)
        self.detail = detail


def answered(method: Method) -> Method:
    """Make every failure of a method an error message for the user, and count the methods at work."""

    @functools.wraps(method)
    def inner(self: AwsProvider, request: Any, context: grpc.ServicerContext) -> object:
        with self.working():
            try:
                return method(self, request, context)
            except _Abort as error:
                failure = error
            except PluginError as error:
                failure = _Abort(str(error))
            except Exception as error:  # a bug: the trace is for the log, and may hold values
                self.reporter.debug(traceback.format_exc())
                failure = _Abort(
                    f"internal error of the aws plug-in stand-in in {method.__name__} ({type(error).__name__}). "
                    f"Set {LOG_FILE}=FILE, run again, and report what FILE says."
                )
        if failure.detail is not None:
            status = status_pb2.Status(
                code=grpc.StatusCode.UNKNOWN.value[0], message=str(failure), details=[failure.detail]
            )
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        return context.abort(grpc.StatusCode.UNKNOWN, str(failure)[:_LONGEST_MESSAGE])

    return inner  # type: ignore[return-value]


class AwsProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One for a plug-in process, which serves one provider configuration."""

    def __init__(self, bundle: Bundle) -> None:
        """Start nothing yet."""
        self._bundle = bundle
        self.reporter = Reporter()
        store = MapStore(bundle.map, bundle.provider_version)
        self.pool = Pool(bundle, store, self.reporter)
        self._life = Lifecycle(store, self.pool, self.reporter)
        self._functions = Functions(store, self.pool, self.reporter)
        self._busy = 0
        self._idle = threading.Condition()

    def working(self) -> _Busy:
        """Count the caller as at work for as long as the context lasts."""
        return _Busy(self)

    def add_busy(self, count: int) -> None:
        """Change the number of methods at work."""
        with self._idle:
            self._busy += count
            self._idle.notify_all()

    def finish(self, seconds: float) -> None:
        """Wait until no method is at work, at most so long."""
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=seconds)

    # ------------------------------------------------------------ the plug-in itself

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Our version: the SDK's."""
        return plugin_pb2.PluginInfo(version=self._bundle.sdk_version)

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        """The engine's address, when a debugger started us."""
        self.reporter.attach(request.address)
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """What we take: secrets, so that we know what to hide."""
        self.reporter.attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """A name and a version only: `pulumi import` needs `--generate-code=false` for it."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": self._bundle.sdk_version}))

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Give up what is under way. Must answer at once, or the engine says that the plug-in crashed."""
        if self._busy:
            for terraform in self.pool.running():
                terraform.stop()
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Everything is left to Configure, which knows the endpoint."""
        return provider_pb2.CheckResponse(inputs=request.news)

    @answered
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Whether anything but the SDK version differs. Never a replacement: it would replace all resources."""
        olds, news = (settings.from_pulumi(decode(side)) for side in (request.olds, request.news))
        return provider_pb2.DiffResponse(changes=_changes(canonical(olds) != canonical(news)))

    @answered
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Remember the configuration; processes start with the first resource."""
        given = decode(request.args)
        for key, value in request.variables.items():
            given.setdefault(key.split(":")[-1], value)
        config = settings.from_pulumi(given)
        self.pool.configure(config, secret_texts(given) | settings.credentials(config))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    # ------------------------------------------------------------ resources

    @answered
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Complete and validate inputs."""
        target = self._life.target(request.urn, request.type)
        news = decode(request.news)
        with _errors(target, news):
            checked, failures = self._life.check(target, news, decode(request.olds), _naming(request, target))
        return provider_pb2.CheckResponse(inputs=encode(checked), failures=_failures(failures))

    @answered
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """What would change."""
        target = self._life.target(request.urn, request.type)
        news = decode(request.news)
        with _errors(target, news):
            found = self._life.diff(target, decode(request.olds), news, list(request.ignoreChanges))
        return _diff_response(found)

    @answered
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Make a resource."""
        target = self._life.target(request.urn, request.type)
        news = decode(request.properties)
        with _errors(target, news):
            made = self._life.create(target, news, request.timeout, request.preview)
        _raise_if_partial(made, target, news, request.properties)
        return provider_pb2.CreateResponse(id=made.id, properties=encode(made.properties))

    @answered
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change a resource."""
        target = self._life.target(request.urn, request.type)
        news = decode(request.news)
        with _errors(target, news):
            ignored = list(request.ignoreChanges)
            made = self._life.update(target, decode(request.olds), news, ignored, request.timeout, request.preview)
        _raise_if_partial(made, target, news, request.news)
        return provider_pb2.UpdateResponse(properties=encode(made.properties))

    @answered
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """End a resource."""
        target = self._life.target(request.urn, request.type)
        properties = decode(request.properties)
        with _errors(target, properties):
            self._life.delete(target, properties, request.timeout)
        return empty_pb2.Empty()

    @answered
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Refresh, import and `.get()`; no id in the answer: it is gone."""
        target = self._life.target(request.urn, request.type)
        properties, inputs = decode(request.properties), decode(request.inputs)
        with _errors(target, inputs):
            found = self._life.read(target, request.id, properties, inputs)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=found.id, properties=encode(found.properties), inputs=encode(found.inputs))

    @answered
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Call a function."""
        try:
            result, failures = self._functions.invoke(request.tok, decode(request.args))
        except ShapeError as error:
            result, failures = {}, [Failure(error.path, f"{request.tok}: {error.reason}")]
        if failures:
            return provider_pb2.InvokeResponse(failures=_failures(failures))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(result))  # its name is a keyword of Python
        return response


class _Busy:
    def __init__(self, provider: AwsProvider) -> None:
        self._provider = provider

    def __enter__(self) -> None:
        self._provider.add_busy(1)

    def __exit__(self, *_error: object) -> None:
        self._provider.add_busy(-1)


class _errors:  # noqa: N801 - reads as a statement
    """Within it, what the Terraform provider says becomes a message that names the resource and hides secrets."""

    def __init__(self, target: Target, inputs: Props) -> None:
        self._target = target
        self._inputs = inputs

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TerraformError):
            raise _Abort(_message(self._target, self._inputs, error)) from None
        if isinstance(error, PluginError):
            raise _Abort(f"{_label(self._target)}: {redact(str(error), _hidden(self._target, self._inputs))}") from None

    def __enter__(self) -> None:
        pass


def _label(target: Target) -> str:
    return f"{target.node.token} '{target.name}'"


def _hidden(target: Target, inputs: Props) -> set[str]:
    hidden = secret_texts(inputs)
    try:
        config = Lifecycle.config(target.node, reveal_all(inputs))
    except PluginError:
        return hidden
    return hidden | sensitive_texts(target.node.body, config)


def _message(target: Target, inputs: Props, error: TerraformError) -> str:
    lines: list[str] = []
    for problem in error.problems:
        path = from_terraform(target.node.body, problem.path)
        lines.append(f"{path}: {problem.text()}" if path else problem.text())
    return redact(f"{_label(target)}: {'; '.join(lines)}", _hidden(target, inputs))


def _raise_if_partial(made: Made, target: Target, inputs: Props, sent: struct_pb2.Struct) -> None:
    """A resource that exists, but is not finished: the engine keeps it and tries to update it the next time."""
    if not made.problems:
        return
    message = _message(target, inputs, TerraformError(list(made.problems)))
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=made.id, reasons=[message], properties=encode(made.properties), inputs=sent
        )
    )
    raise _Abort(message, detail)


def _failures(failures: Iterable[Failure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in failures]


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
    if not found.known:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)
    response = provider_pb2.DiffResponse(
        hasDetailedDiff=True,
        changes=_changes(bool(found.changes)),
        diffs=sorted({top(path) for path in found.changes}),
        replaces=sorted(found.replaces),
        deleteBeforeReplace=bool(found.replaces) and found.delete_first,
    )
    for path, change in found.changes.items():
        response.detailedDiff[path].kind = _KINDS[change][top(path) in found.replaces]
    return response

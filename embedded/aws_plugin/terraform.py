"""One running terraform-provider-aws and what can be asked of it: go-plugin handshake, Terraform plugin protocol 5."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

import grpc

from embedded.aws_plugin.errors import PluginError, Problem, TerraformError
from embedded.aws_plugin.tfplugin import Messages
from embedded.aws_plugin.values import UNKNOWN, Props, Unknown, Value

CORE_VERSION: Final = "1.11.4"  # the Terraform we say we are: the newest whose requests `Terraform` sends
_COOKIE: Final = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"  # go-plugin's, of Terraform
# the package has no types
_msgpack: Any = importlib.import_module("msgpack")
_START_SECONDS: Final = 60.0
_MESSAGE_BYTES: Final = 512 << 20
_ERROR = 1  # Diagnostic.Severity

Warn = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class State:
    """What Terraform remembers of a resource: its attributes, and bytes that only the provider understands."""

    values: Props
    private: bytes = b""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the provider would make of a resource, and the attribute paths whose change needs a new one."""

    values: Props | None
    private: bytes
    replace: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a resource: no state if it is gone; problems may come together with a state (half created)."""

    state: State | None
    problems: tuple[Problem, ...]


def _unknown(_code: int, _data: bytes) -> Unknown:
    return UNKNOWN


def pack(value: Value) -> bytes:
    """A Terraform value as msgpack, unknowns as extension 0."""

    def default(item: object) -> object:
        if isinstance(item, Unknown):
            return _msgpack.ExtType(0, b"\x00")
        raise TypeError(f"a {type(item).__name__} is no Terraform value")

    return cast("bytes", _msgpack.packb(value, default=default))


def unpack(data: bytes) -> Value:
    """The inverse of `pack`; extension 12 is an unknown of which something is known."""
    if not data:
        return None
    return cast("Value", _msgpack.unpackb(data, ext_hook=_unknown, strict_map_key=False))


class Terraform:
    """A provider process. Thread safe; the process dies with ours, whatever kills us."""

    def __init__(
        self, binary: Path, messages: Messages, env: Mapping[str, str] | None = None, log: IO[str] | None = None
    ) -> None:
        """Start the process; it knows nothing until `configure`. `env` is added to ours; `log` gets its log lines."""
        self._pb = messages
        self._process = self._start(binary, dict(env or {}), log)
        atexit.register(self.close)
        address = self._handshake(binary)
        self._channel = grpc.insecure_channel(
            address,
            options=[
                ("grpc.max_receive_message_length", _MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MESSAGE_BYTES),
                ("grpc.default_authority", "localhost"),  # a unix socket has no host name, and Go insists on one
            ],
        )
        self._capabilities = messages.make("ClientCapabilities", write_only_attributes_allowed=True)

    def schema(self) -> Any:
        """The whole schema, as a GetProviderSchema.Response (it takes the provider some seconds)."""
        return self._call("GetSchema", "GetProviderSchema")

    def configure(self, config: Props, warn: Warn) -> None:
        """Give the provider its configuration; it may ask AWS who we are."""
        prepared = self._call("PrepareProviderConfig", "PrepareProviderConfig", config=self._dynamic(config))
        self._raise(prepared.diagnostics, warn)
        answer = self._call(
            "Configure",
            "Configure",
            terraform_version=CORE_VERSION,
            config=prepared.prepared_config,
            client_capabilities=self._capabilities,
        )
        self._raise(answer.diagnostics, warn)

    def validate(self, name: str, config: Props, warn: Warn) -> list[Problem]:
        """What is wrong with a resource's configuration."""
        answer = self._call(
            "ValidateResourceTypeConfig",
            "ValidateResourceTypeConfig",
            type_name=name,
            config=self._dynamic(config),
            client_capabilities=self._capabilities,
        )
        return self._problems(answer.diagnostics, warn)

    def plan(self, name: str, prior: State | None, proposed: Props | None, config: Props | None, warn: Warn) -> Plan:
        """What would happen; no proposal and no configuration: to be deleted."""
        answer = self._call(
            "PlanResourceChange",
            "PlanResourceChange",
            type_name=name,
            prior_state=self._dynamic(prior.values if prior else None),
            proposed_new_state=self._dynamic(proposed),
            config=self._dynamic(config),
            prior_private=prior.private if prior else b"",
            client_capabilities=self._capabilities,
        )
        self._raise(answer.diagnostics, warn)
        values = unpack(answer.planned_state.msgpack)
        return Plan(
            values=values if isinstance(values, dict) else None,
            private=answer.planned_private,
            replace=tuple(_path(item) for item in answer.requires_replace),
        )

    def apply(self, name: str, prior: State | None, plan: Plan, config: Props | None, warn: Warn) -> Applied:
        """Do it."""
        answer = self._call(
            "ApplyResourceChange",
            "ApplyResourceChange",
            type_name=name,
            prior_state=self._dynamic(prior.values if prior else None),
            planned_state=self._dynamic(plan.values),
            config=self._dynamic(config),
            planned_private=plan.private,
        )
        values = unpack(answer.new_state.msgpack)
        state = State(values, answer.private) if isinstance(values, dict) else None
        return Applied(state, tuple(self._problems(answer.diagnostics, warn)))

    def read(self, name: str, state: State, warn: Warn) -> State | None:
        """The resource as it is now; None if it is gone."""
        answer = self._call(
            "ReadResource",
            "ReadResource",
            type_name=name,
            current_state=self._dynamic(state.values),
            private=state.private,
            client_capabilities=self._capabilities,
        )
        self._raise(answer.diagnostics, warn)
        values = unpack(answer.new_state.msgpack)
        return State(values, answer.private or state.private) if isinstance(values, dict) else None

    def import_state(self, name: str, identifier: str, warn: Warn) -> State | None:
        """The little that can be told from an id: `read` it next."""
        answer = self._call(
            "ImportResourceState",
            "ImportResourceState",
            type_name=name,
            id=identifier,
            client_capabilities=self._capabilities,
        )
        self._raise(answer.diagnostics, warn)
        for imported in answer.imported_resources:
            values = unpack(imported.state.msgpack)
            if imported.type_name == name and isinstance(values, dict):
                return State(values, imported.private)
        return None

    def read_data(self, name: str, config: Props, warn: Warn) -> Props:
        """Ask a data source."""
        checked = self._call(
            "ValidateDataSourceConfig", "ValidateDataSourceConfig", type_name=name, config=self._dynamic(config)
        )
        self._raise(checked.diagnostics, warn)
        answer = self._call(
            "ReadDataSource",
            "ReadDataSource",
            type_name=name,
            config=self._dynamic(config),
            client_capabilities=self._capabilities,
        )
        self._raise(answer.diagnostics, warn)
        values = unpack(answer.state.msgpack)
        return values if isinstance(values, dict) else {}

    def stop(self) -> None:
        """Ask the provider to give up what it is waiting for; does not wait for the answer."""
        self._method("Stop", "Stop").future(self._pb.make("Stop.Request"))

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.kill()

    # ------------------------------------------------------------ process

    @staticmethod
    def _start(binary: Path, extra: dict[str, str], log: IO[str] | None) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "TF_PLUGIN_MAGIC_COOKIE": _COOKIE,
            "PLUGIN_PROTOCOL_VERSIONS": "5",
            "PLUGIN_MIN_PORT": "10000",
            "PLUGIN_MAX_PORT": "60000",
            **extra,
        }
        if log is None:
            env["TF_LOG"] = ""
        command = [str(binary)]
        if shutil.which("setpriv"):  # even a SIGKILL of ours must not leave it behind (Linux)
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log or subprocess.DEVNULL,
                env=env,
                start_new_session=True,  # Ctrl-C goes to the engine, which cancels in order
            )
        except OSError as error:
            raise PluginError(f"cannot start {binary}: {error.strerror}. Run `atoll doctor`.") from error

    def _handshake(self, binary: Path) -> str:
        """The first line of its output: core protocol | plug-in protocol | network | address | kind | certificate."""
        output = cast(IO[bytes], self._process.stdout)
        timer = threading.Timer(_START_SECONDS, self.close)
        timer.daemon = True
        timer.start()
        line = output.readline().decode(errors="replace").strip()
        timer.cancel()
        parts = line.split("|")
        if len(parts) < 5 or parts[4] != "grpc" or parts[1] != "5":
            self.close()
            raise PluginError(f"{binary} did not start as a Terraform 5 plug-in (it said {line[:200]!r})")
        # nobody reads on, and a full pipe would stop the provider
        threading.Thread(target=lambda: _drain(output), daemon=True).start()
        return f"unix:{parts[3]}" if parts[2] == "unix" else parts[3]

    # ------------------------------------------------------------ messages

    def _method(self, rpc: str, message: str) -> grpc.UnaryUnaryMultiCallable[Any, Any]:
        response = self._pb.type(f"{message}.Response")
        return self._channel.unary_unary(
            f"/tfplugin5.Provider/{rpc}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=response.FromString,
        )

    def _call(self, rpc: str, message: str, **fields: object) -> Any:
        request = self._pb.make(f"{message}.Request", **fields)
        try:
            return self._method(rpc, message)(request)
        except grpc.RpcError as error:
            details = error.details() if isinstance(error, grpc.Call) else str(error)
            raise PluginError(f"terraform-provider-aws failed in {rpc}: {details}") from error

    def _dynamic(self, value: Props | None) -> object:
        return self._pb.make("DynamicValue", msgpack=pack(value))

    def _problems(self, diagnostics: Any, warn: Warn) -> list[Problem]:
        errors: list[Problem] = []
        for item in diagnostics:
            problem = Problem(item.summary, item.detail, _path(item.attribute))
            if item.severity == _ERROR:
                errors.append(problem)
            else:
                warn(problem)
        return errors

    def _raise(self, diagnostics: Any, warn: Warn) -> None:
        errors = self._problems(diagnostics, warn)
        if errors:
            raise TerraformError(errors)


def _path(message: Any) -> tuple[str | int, ...]:
    return tuple(getattr(step, step.WhichOneof("selector")) for step in message.steps if step.WhichOneof("selector"))


def _drain(output: IO[bytes]) -> None:
    while output.read(65536):
        pass

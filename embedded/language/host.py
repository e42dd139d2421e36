"""The LanguageRuntime service: runs programs, and the policy packs that the engine asks for.

Source: Pulumi's language.proto, and what the engine was seen to do: it sends SIGINT to end a plug-in and expects the
process to be gone within five seconds.
"""

from __future__ import annotations

import json
import os
import queue
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2 as proto
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

VERSION = "0.1.0"
_DRIVER = Path(__file__).parent / "driver.py"
_BAIL = 32
_MESSAGE_LIMIT = 400 << 20
"""Bytes; the limit of the engine's own channels."""


def interpreter(options: dict[str, Any], root: str) -> str:
    """The Python that runs the program: the project's virtual environment when it names one that exists, else ours."""
    environment = options.get("virtualenv")
    if isinstance(environment, str):
        python = Path(root, environment, "bin", "python")
        if python.exists():
            return str(python)
    return sys.executable


def _options(info: Any) -> dict[str, Any]:
    return {name: value.string_value for name, value in info.options.fields.items() if value.HasField("string_value")}


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine."""

    def __init__(self, engine: str) -> None:
        """Remember the engine's address, which programs need for logging."""
        self._engine = engine
        self._running: set[subprocess.Popen[Any]] = set()

    def end(self) -> None:
        """End the programs and packs that still run: nobody is left to tell them what became of a resource."""
        for process in list(self._running):
            process.kill()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, D102 - the names and types of the protocol
        self._engine = request.engine_address or self._engine
        return proto.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, D102
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802, D102
        return proto.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802, D102
        return proto.GetRequiredPackagesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, D102
        return empty_pb2.Empty()

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802, D102
        return proto.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run a program to its end."""
        directory = request.info.program_directory or request.pwd
        root = request.info.root_directory or directory
        given = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization or "organization",
            "parallel": str(request.parallel),
            "dry_run": "true" if request.dryRun else "false",
            "root": root,
            "directory": directory,
            "program": str(Path(directory, request.info.entry_point or ".")),
        }
        environment = dict(
            os.environ,
            PULUMI_CONFIG=json.dumps(dict(request.config)),
            PULUMI_CONFIG_SECRET_KEYS=json.dumps(list(request.configSecretKeys)),
        )
        python = interpreter(_options(request.info), root)
        arguments = [text for pair in given.items() for text in pair]
        with subprocess.Popen([python, "-u", str(_DRIVER), *arguments], env=environment) as process:
            self._running.add(process)
            context.add_callback(lambda: process.poll() is None and process.terminate())
            status = process.wait()
        self._running.discard(process)
        if status == _BAIL:
            return proto.RunResponse(bail=True)
        if status:
            return proto.RunResponse(error=f"program exited with status {status}")
        return proto.RunResponse()

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Run a policy pack (kind `analyzer`) or another plug-in written in Python, and pass its output on."""
        root = request.info.root_directory or request.info.program_directory
        python = interpreter(_options(request.info), root)
        program = request.info.program_directory
        command = [python, "-u", program, *request.args]
        if request.kind == "analyzer":
            command = [python, "-u", "-m", "pulumi.policy", request.args[0], program]
        environment: dict[str, str] = dict(entry.split("=", 1) for entry in request.env)
        process = subprocess.Popen(
            command, cwd=request.pwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._running.add(process)
        context.add_callback(lambda: process.poll() is None and process.terminate())
        output: queue.Queue[tuple[str, bytes | None]] = queue.Queue()

        def pump(stream: IO[bytes] | None, name: str) -> None:
            assert stream is not None  # both are pipes
            while chunk := os.read(stream.fileno(), 65536):
                output.put((name, chunk))
            output.put((name, None))

        streams = {"stdout": process.stdout, "stderr": process.stderr}
        for name, stream in streams.items():
            threading.Thread(target=pump, args=(stream, name), daemon=True).start()
        open_streams = len(streams)
        while open_streams:
            name, chunk = output.get()
            if chunk is None:
                open_streams -= 1
            else:
                yield (
                    proto.RunPluginResponse(stdout=chunk) if name == "stdout" else proto.RunPluginResponse(stderr=chunk)
                )
        yield proto.RunPluginResponse(exitcode=process.wait())
        self._running.discard(process)


def _leave_with_engine(host: LanguageHost) -> None:
    """End this process when the engine is gone, killed included: it holds the other end of our standard input."""
    while os.read(0, 4096):
        pass
    host.end()
    os._exit(0)


def serve(engine: str) -> None:
    """Serve on a loopback port, print it (the engine reads it), and stay until told to go."""
    options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT), ("grpc.max_send_message_length", _MESSAGE_LIMIT)]
    server = grpc.server(futures.ThreadPoolExecutor(16), options=options)
    host = LanguageHost(engine)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_leave_with_engine, args=(host,), daemon=True).start()
    print(port, flush=True)  # noqa: T201 - how a plug-in tells the engine where it is
    server.wait_for_termination()

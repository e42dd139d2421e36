"""The plug-in process: serve on loopback, print the port, and never outlive the engine."""

from __future__ import annotations

import argparse
import os
import signal
import stat
import sys
import threading
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from embedded.kubernetes_plugin.engine import Engine
from embedded.kubernetes_plugin.service import KubernetesProvider

_MESSAGE_BYTES = 400 << 20
_THREADS = 32


def main(arguments: list[str] | None = None) -> None:
    """Serve until the engine goes: SIGINT and SIGTERM, or the end of our standard input."""
    parser = argparse.ArgumentParser(prog="pulumi-resource-kubernetes", description=__doc__)
    parser.add_argument("version", help="version of the SDK")
    parser.add_argument("engine", nargs="?", default="", help="address of the engine")
    options, _ignored = parser.parse_known_args(arguments)
    engine = Engine()
    engine.attach(options.engine)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=_THREADS),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(KubernetesProvider(options.version, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def leave(*_signal: object) -> None:
        os._exit(0)  # at once: the engine gives us five seconds, and threads may wait for the cluster

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)

    def follow_engine() -> None:
        sys.stdin.buffer.read()  # the engine holds the other end: it is gone
        leave()

    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=follow_engine, daemon=True).start()
    sys.stdout.write(f"{port}\n")  # what the engine waits for
    sys.stdout.flush()
    server.wait_for_termination()

"""The plug-in process: serve on loopback, print the port, and never outlive the engine."""

from __future__ import annotations

import argparse
import os
import signal
import stat
import sys
import threading
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from embedded.aws_plugin import bundle
from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.service import AwsProvider

_MESSAGE_BYTES = 400 << 20
# A killed engine forgets what was being created: finish it, so that `creations` can tell what it became.
_FINISH_SECONDS = 300.0
_THREADS = 64  # the engine asks for everything at once, and most of it waits for AWS


def main(arguments: list[str] | None = None) -> None:
    """Serve until the engine goes: SIGINT and SIGTERM, or the end of our standard input."""
    parser = argparse.ArgumentParser(prog="pulumi-resource-aws", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="directory that the installation made")
    parser.add_argument("engine", nargs="?", default="", help="address of the engine")
    options, _ignored = parser.parse_known_args(arguments)
    try:
        provider = AwsProvider(bundle.load(options.bundle))
    except PluginError as error:
        sys.exit(f"pulumi-resource-aws: {error}")
    provider.reporter.attach(options.engine)
    server = grpc.server(
        # The threads last as long as the process: Terraform's processes die with the thread that started them.
        futures.ThreadPoolExecutor(max_workers=_THREADS),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def stop(*_signal: object) -> None:
        provider.pool.close()
        os._exit(0)  # at once: the engine gives us five seconds, and threads may wait for AWS

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    def follow_engine() -> None:
        sys.stdin.buffer.read()  # the engine holds the other end: it is gone
        provider.finish(_FINISH_SECONDS)
        stop()

    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=follow_engine, daemon=True).start()
    sys.stdout.write(f"{port}\n")  # what the engine waits for
    sys.stdout.flush()
    server.wait_for_termination()

"""Terraform's protocol messages, made at run time from a compiled `tfplugin5.proto`.

A descriptor set, rather than generated code, because it does not depend on the protobuf release that wrote it.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROTO = Path(__file__).with_name("tfplugin5.proto")


class Messages:
    """The message classes of one descriptor file."""

    def __init__(self, descriptors: Path) -> None:
        """`descriptors`: what `compile_proto` wrote."""
        files = descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes())
        self._pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self._pool.Add(file)
        self._types: dict[str, Any] = {}

    def type(self, name: str) -> Any:
        """A message class by its name in the file, such as `Stop.Request`."""
        if name not in self._types:
            self._types[name] = message_factory.GetMessageClass(self._pool.FindMessageTypeByName(f"tfplugin5.{name}"))
        return self._types[name]

    def make(self, name: str, **fields: object) -> Any:
        """A message."""
        return self.type(name)(**fields)


def compile_proto(target: Path) -> None:
    """Compile `tfplugin5.proto` to a descriptor set at `target`."""
    protoc: Any = importlib.import_module("grpc_tools.protoc")  # a build tool: not needed to serve

    arguments = ["protoc", f"-I{PROTO.parent}", f"--descriptor_set_out={target}", str(PROTO)]
    if protoc.main(arguments) != 0:
        raise RuntimeError(f"cannot compile {PROTO.name}")

"""The Pulumi command line: found, unpacked, downloaded or built, and cached."""

from embedded.engine.sources import Engine, EngineError, obtain

__all__ = ["Engine", "EngineError", "obtain"]

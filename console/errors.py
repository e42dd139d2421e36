"""Errors of the command line itself, apart from what is slow to import."""


class EngineCommandError(Exception):
    """The engine, or what it needs, said no; the message is its own."""

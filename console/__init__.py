"""Command line and portal."""

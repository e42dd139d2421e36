"""Counts what happens, each thing once, and writes it where reports read it."""

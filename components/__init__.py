"""Reusable ComponentResources, one area a package, one public class a file."""

from components.lean_imports import install

install()  # before the first area imports the SDK

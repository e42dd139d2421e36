"""A small Python language host, for machines where Pulumi's own cannot be had (it is not built from a Go module)."""

from embedded.language.install import NAME, install, is_ours

__all__ = ["NAME", "install", "is_ours"]

"""A small Python language host, for machines where Pulumi's own cannot be had (it is not built from a Go module)."""

from embedded.language.install import install

__all__ = ["install"]

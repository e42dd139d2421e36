"""Run the stand-in: ``python -m embedded.eks_plugin <engine address>``."""

from __future__ import annotations

import sys

from embedded.eks_plugin.server import serve

if __name__ == "__main__":
    serve(sys.argv[1:])

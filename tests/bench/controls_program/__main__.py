"""The estate, as the engine runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.bench.controls_program.estate import build

build()

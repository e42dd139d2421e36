"""How a measured program is run, watched and ended. Nothing is timed here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.bench.processes import BenchmarkError, end_tree, run, tree_mib

pytestmark = pytest.mark.embedded

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
child.wait()
"""


def test_run_returns_output_and_memory_when_the_program_succeeds(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "import time; print('made'); time.sleep(1)"], cwd=tmp_path)
    assert done.output == "made\n"
    assert done.peak_mib > 1


def test_run_quotes_the_program_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="ended with 3:\nno room"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('no room'); sys.exit(3)"], cwd=tmp_path)


def test_run_ends_the_program_when_the_limit_is_reached(tmp_path: Path) -> None:
    mark = f"{tmp_path}-sleeps"
    with pytest.raises(BenchmarkError, match="took more than 0 s and was ended"):
        run([sys.executable, "-c", "import time; time.sleep(600)", mark], cwd=tmp_path, limit=0.2)
    # Other tests' children may have ended without having been waited for: they have no command line any more.
    living = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    assert not [one for one in living if mark in one.cmdline()]


def test_memory_of_a_tree_counts_children_and_ends_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        both, alone = tree_mib(parent.pid), psutil.Process(parent.pid).memory_info().rss / (1 << 20)
        end_tree(parent.pid)
        parent.wait()
    assert both > alone
    assert tree_mib(parent.pid) == 0

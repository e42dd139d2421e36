"""Ctrl-C while the engine works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from console.interrupts import passed_on

ENGINE = """
import signal, sys
told = []
signal.signal(signal.SIGINT, lambda *_: told.append(1))
print("ready", flush=True)
while not told:
    signal.pause()
sys.exit(7)
"""


@pytest.mark.embedded
@pytest.mark.parametrize("heard", [signal.SIGINT, signal.SIGTERM])
def test_engine_ends_by_itself_when_the_command_is_interrupted(
    heard: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(heard)
    command = [sys.executable, "-c", ENGINE]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as engine,
        passed_on(engine) as interrupted,
    ):
        assert engine.stdout is not None
        assert engine.stdout.readline() == "ready\n"
        assert not interrupted()
        os.kill(os.getpid(), heard)
        assert engine.wait() == 7
    assert interrupted()
    assert signal.getsignal(heard) is before
    assert "Stopping when what is under way is done" in capsys.readouterr().err

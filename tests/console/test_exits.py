"""Exit statuses are an interface: scripts depend on them."""

from console.exits import Exit


def test_exit_statuses_are_locked() -> None:
    assert {status.name: status.value for status in Exit} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "FINDINGS": 3,
        "LOCKED": 4,
        "DRIFT": 5,
    }

"""`atoll stack preview --estate`: every stack in one process, each against its last state."""

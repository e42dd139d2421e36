"""Takes orders and sees each through; functions and the container share it."""

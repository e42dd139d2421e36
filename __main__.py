"""The Pulumi program: one stack of the platform, composed from its settings."""

import atexit
import gc

from stacks import deploy

atexit.register(gc.freeze)  # else Python looks for garbage among a million objects before it ends
deploy()

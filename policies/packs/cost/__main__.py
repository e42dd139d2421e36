"""The cost pack, as the engine runs it."""

from policies.crossguard import serve

serve("cost")

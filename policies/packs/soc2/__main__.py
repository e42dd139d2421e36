"""The soc2 pack, as the engine runs it."""

from policies.crossguard import serve

serve("soc2")

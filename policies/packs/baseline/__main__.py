"""The baseline pack, as the engine runs it."""

from policies.crossguard import serve

serve("baseline")

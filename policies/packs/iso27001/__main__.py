"""The iso27001 pack, as the engine runs it."""

from policies.crossguard import serve

serve("iso27001")

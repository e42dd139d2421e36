"""The pci-dss pack, as the engine runs it."""

from policies.crossguard import serve

serve("pci-dss")

"""The emulators behind the gateway, each in a process of its own, and the small named repairs (shims) they need."""

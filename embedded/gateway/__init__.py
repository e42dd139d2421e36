"""The gateway: one loopback port in front of the emulators that routes, records, fails and fills in AWS calls."""

"""The embedded cloud: engine, plug-ins, gateway and emulators on one machine."""

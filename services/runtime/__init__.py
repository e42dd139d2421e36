"""What goes along with every function and container of the sample services: operations, calls, events, stores, logs.

Nothing is imported here, so that a function pays at its start only for what it uses. Everything is configured by the
variables that the platform derives from the contract (see `runtime.settings`).
"""

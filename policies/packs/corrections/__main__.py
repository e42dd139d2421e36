"""The corrections, as the engine runs them."""

from policies.remediation import serve

serve()

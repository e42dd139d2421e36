"""The resource graph: recorded offline, loaded from a preview or from state."""

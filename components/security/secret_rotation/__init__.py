"""The functions that rotate secrets: what goes into their archive, and nothing of the platform (SEC-3)."""

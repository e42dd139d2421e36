"""The sample domains: service contracts and their handlers."""

"""Controls of Amazon ElastiCache."""

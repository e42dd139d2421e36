"""Controls of certificates."""

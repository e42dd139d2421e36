"""Controls of DNS."""

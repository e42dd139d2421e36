"""Controls of file systems."""

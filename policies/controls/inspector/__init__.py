"""Controls of Inspector."""

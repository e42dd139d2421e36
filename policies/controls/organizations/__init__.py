"""Controls of Organizations."""

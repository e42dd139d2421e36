"""Controls of Auto Scaling groups."""

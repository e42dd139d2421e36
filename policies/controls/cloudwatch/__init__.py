"""Controls of Amazon CloudWatch and EventBridge."""

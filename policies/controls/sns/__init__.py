"""Controls of Amazon SNS."""

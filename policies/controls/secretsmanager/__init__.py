"""Controls of AWS Secrets Manager."""

"""Controls of KMS keys."""

"""Controls of Amazon SQS."""

"""Controls of Amazon DynamoDB."""

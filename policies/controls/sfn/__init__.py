"""Controls of AWS Step Functions."""

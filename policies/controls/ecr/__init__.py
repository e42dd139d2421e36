"""Controls of Amazon ECR."""

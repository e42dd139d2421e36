"""Controls of Amazon RDS and Aurora."""

"""Controls of CloudTrail."""

"""Controls of Amazon GuardDuty."""

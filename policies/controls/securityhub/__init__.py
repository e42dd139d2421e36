"""Controls of Security Hub."""

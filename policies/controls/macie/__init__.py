"""Controls of Macie."""

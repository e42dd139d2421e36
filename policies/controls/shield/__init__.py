"""Controls of Shield."""

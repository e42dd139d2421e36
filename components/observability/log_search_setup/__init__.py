"""The function that sets the search domain for logs up (OBS-4)."""

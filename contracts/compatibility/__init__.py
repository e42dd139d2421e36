"""Is a new version still good for those who use the old one? Directional, per edge, and unknown is no pass."""

"""The charts of the platform with our values, by what they are for."""

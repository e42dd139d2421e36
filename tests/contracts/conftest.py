"""Hypothesis without deadlines: how long an example takes tells of the machine, not of the code."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

"""Benchmarks (`make bench`): how fast Atoll is and how much memory it takes. Never part of the tests."""

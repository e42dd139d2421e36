"""Composition of components into one stack per layer."""

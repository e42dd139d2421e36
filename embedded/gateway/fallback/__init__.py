"""Answers from botocore's service models, for what no emulator implements: convenience, not proof."""

"""The Pulumi program: one stack of the platform, composed from its settings."""

from stacks import deploy

deploy()

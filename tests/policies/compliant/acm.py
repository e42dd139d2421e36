"""Certificates as they should be."""

from __future__ import annotations

from pulumi_aws import acm


def program() -> None:
    """A certificate that DNS validates."""
    acm.Certificate("certificate", domain_name="atoll.example", validation_method="DNS")

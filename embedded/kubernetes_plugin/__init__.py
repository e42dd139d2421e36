"""A stand-in for Pulumi's kubernetes plug-in, for networks where the official one cannot be downloaded.

It speaks Pulumi's provider protocol on one side and Kubernetes' API on the other, and leaves what can be left to the
API server: defaults, validation, merging and what is immutable come from server-side apply and its dry run.
"""

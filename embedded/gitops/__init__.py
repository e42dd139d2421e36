"""Stands in for ArgoCD in the embedded cloud, where nothing runs pods: brings `gitops/` into a real control plane."""

from embedded.gitops.sync import Refusal, Report, Target, sync

__all__ = ["Refusal", "Report", "Target", "sync"]

"""What ships to AWS for recovery: plans as state machines and automations, experiments, drills (DR-3)."""

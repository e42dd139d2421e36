"""Recovery in practice: plans that are executed, rehearsed and written down."""

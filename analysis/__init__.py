"""Questions asked of the resource graph: reach, recovery, cost, diagrams."""

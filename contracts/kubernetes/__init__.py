"""What runs on a cluster, as plain objects: versions, platform components, teams, and the schemas they must follow."""

"""The job that copies production rows masked, and invents rows: its code alone, nothing of the platform (DB-6)."""

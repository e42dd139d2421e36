"""A rehearsal: a disaster in the embedded cloud, the plan that answers it, and what became of every order."""

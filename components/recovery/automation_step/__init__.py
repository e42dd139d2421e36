"""What the automation of recovery runs, as it is shipped in the document."""

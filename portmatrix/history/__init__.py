"""Who changed what and when, and why."""

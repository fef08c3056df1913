"""Why this window."""

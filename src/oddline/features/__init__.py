"""Windows into numbers."""

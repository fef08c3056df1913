"""Events into the units that we judge."""

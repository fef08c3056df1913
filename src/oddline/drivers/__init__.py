"""Who turns the crank; the flow does not know."""

"""How a line becomes columns."""

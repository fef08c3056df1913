"""The rooms in order; the only floor that knows them all."""

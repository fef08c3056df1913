"""What a service starts with, in the order of the file names; each has one function, ``start``."""

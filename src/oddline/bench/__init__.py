"""Measured tables: each file is a benchmark whose ``run`` gives the rows of one table."""

"""Scores into surprise, and surprise into a decision."""

"""Measures quality and speed on labelled data that is not part of this project."""

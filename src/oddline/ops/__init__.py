"""The life of a model."""

"""Durable jobs: what outlives a request, and a killed process."""

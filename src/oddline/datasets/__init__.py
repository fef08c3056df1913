"""Labelled logs to learn and measure on."""

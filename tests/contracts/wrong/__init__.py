"""Plug-ins that are wrong on purpose: each must be refused by the check that guards against it.

One file a room. ``WRONG`` maps the name of a check to a class that breaks just that clause.
"""

"""The contracts that every plug-in gets for free, shipped for others' plug-ins too."""

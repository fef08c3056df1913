"""Where files live: content-addressed, written once, referenced by id."""

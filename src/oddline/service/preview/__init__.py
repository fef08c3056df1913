"""What an upload looks like, told by its beginning alone."""

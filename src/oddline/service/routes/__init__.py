"""HTTP in, one act, HTTP out; one noun a file."""

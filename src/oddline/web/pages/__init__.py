"""One page a file: a route on a Door, what it shows from the acts, its template."""

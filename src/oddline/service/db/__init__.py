"""Tables, the engine, and forward-only migrations."""

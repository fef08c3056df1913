"""The service: HTTP, a database, a store of files and durable jobs around the library."""

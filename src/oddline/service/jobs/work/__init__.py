"""What the processes of jobs do: one file a kind. Nothing here knows the database, the store or HTTP."""

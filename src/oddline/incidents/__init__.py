"""Many anomalies into one story."""

"""Numbers into one score a window; higher = more anomalous."""

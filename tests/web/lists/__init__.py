"""The pages with lists, and New scan, on a real service in Chromium."""

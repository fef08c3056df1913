"""The pytest plug-in: ``pytest --contracts detectors:my_idea`` runs a room's contract over a plug-in."""

"""What everything is: kinds and their fields, resources, changes, effects, problems."""

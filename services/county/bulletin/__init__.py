"""The monthly bulletin (月通报): drafted, explained, approved name by name, issued, corrected."""

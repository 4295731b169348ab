"""Exercises of 04-statistics."""

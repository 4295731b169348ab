"""Exercises of 03-probability."""

"""Exercises of 05-optimization."""

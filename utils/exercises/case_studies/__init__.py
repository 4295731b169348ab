"""Exercises of 08-ml-math-case-studies."""

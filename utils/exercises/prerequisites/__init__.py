"""Exercises of 00-prerequisites."""

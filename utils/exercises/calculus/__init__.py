"""Exercises of 02-calculus."""

"""From-scratch helpers of the course Math for Machine Learning, in plain NumPy."""

"""Positive real roots of many polynomials at once: the numerical ground under internal rates of return."""

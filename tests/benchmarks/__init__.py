"""How fast: run by `make bench`, not with the other tests."""

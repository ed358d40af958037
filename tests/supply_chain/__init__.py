"""What is installed: the lock file, a bill of materials made from it, and a look-up of known vulnerabilities."""

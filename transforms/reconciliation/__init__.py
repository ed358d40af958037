"""The platform's cached figures against ours: what has drifted, and why, by testing one cause after the other."""

"""`tieout explain`: one figure with the rows that make it, those left out, and the proof that they add up.

`item` finds what is asked about, `answer` chooses who explains it, `rows` and `context` gather, `page` says what an
explanation is made of, `show` and `machine` print it. Everything is read from the published file.
"""

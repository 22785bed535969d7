"""What goes wrong with workers, the broker, the mail server and the database, each with real processes.

Nothing is lost, nothing leaves twice, no place is over, and every search goes on or says why it stopped. Each test says
what it counted; `make test-deep` plays them in full size (variable DEEP).
"""

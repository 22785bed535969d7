"""What people do to a season, as rules of a Hypothesis state machine, one class a subject; tests/test_machine.py plays.

Refusals are answers: every rule may come at any moment.
"""

"""The coordinator's messages, and the mailbox of a rehearsal."""

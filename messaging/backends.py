from django.core.mail.backends.base import BaseEmailBackend


class MailboxBackend(BaseEmailBackend):
    """Delivers nowhere: in a rehearsal a mail is read on the mailbox page, from its row (design.md 7)."""

    def send_messages(self, email_messages):
        return len(email_messages)

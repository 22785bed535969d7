"""A mail server that keeps what it gets, and can refuse, or be slow, or hang."""

import contextlib
import email
import email.policy
import socketserver
import threading
import time


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine.

    `received` are the accepted mails, in order; `refuse` is an answer such as "550 no such user" or "421 later" given
    to every recipient (None: all are accepted), `refused` are such answers to some, {address: answer}; `delay` are the
    seconds before a mail is accepted; `verdict` is the answer to the text. Between `hold` and `let_go` nobody who
    comes to that word of the conversation gets an answer; `held` counts them.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.received = []
        self.refuse = None
        self.refused = {}
        self.delay = 0
        self.verdict = "250 accepted"
        self.held = 0
        self.counting = threading.Lock()
        self.hold_at = None
        self.gate = threading.Event()

    def hold(self, verb):
        """Keeps everybody waiting for the answer to `verb`: b"RCPT", or b"DATA" once the text is here."""
        self.gate.clear()
        self.hold_at = verb

    def let_go(self):
        """Answers those who wait, and everybody who comes."""
        self.hold_at = None
        self.gate.set()

    def wait_if_held(self, verb):
        if self.hold_at == verb:
            with self.counting:
                self.held += 1
            self.gate.wait(60)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Session(socketserver.StreamRequestHandler):
    """One conversation in as much SMTP as smtplib speaks."""

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("220 tests")
        with contextlib.suppress(OSError):
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper().strip()
                if verb == b"QUIT":
                    self.say("221 bye")
                    return
                self.answer(verb, line.decode())

    def answer(self, verb, line):
        if verb == b"DATA":
            self.take()
        elif verb == b"RCPT":
            self.server.wait_if_held(verb)
            address = line.partition("<")[2].partition(">")[0]
            self.say(self.server.refuse or self.server.refused.get(address, "250 tests"))
        else:
            self.say("250 tests")

    def take(self):
        self.say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                return
            lines.append(line[1:] if line.startswith(b"..") else line)
        time.sleep(self.server.delay)
        if not self.server.verdict.startswith("250"):
            self.say(self.server.verdict)
            return
        # Kept before the answer: a sender that is killed while it waits has delivered nevertheless.
        self.server.received.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        self.server.wait_if_held(b"DATA")
        self.say("250 accepted")


@contextlib.contextmanager
def mail_server():
    """Runs a MailServer; yields it."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

"""A refusal is an exception that carries its sentence, in the reader's language."""


class Refusal(Exception):
    """An action does not do what was asked; nothing was changed.

    Subclasses stand above the function that raises them and set `sentence`, a lazily translated text that says what
    to do next. `facts` fill the sentence's placeholders.
    """

    sentence = ""

    def __init__(self, **facts):
        super().__init__(type(self).__name__)
        self.facts = facts

    def __str__(self):
        return str(self.sentence % self.facts) if self.facts else str(self.sentence)

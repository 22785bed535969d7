"""What is wrong with the files of an edition, in sentences that say where."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One wrong row: the file, its line (the first line is 1; 0 for the whole file), and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self):
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.reason}"


class WrongRows(Exception):
    """Raised where anything is wrong: nothing was loaded. Carries every problem that was found, not only the first."""

    def __init__(self, problems):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

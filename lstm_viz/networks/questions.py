"""What a file leaves open: questions with their choices, and what is assumed until they are answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Answer: TypeAlias = str | bool


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the weights do not say, and that changes what is computed.

    Attributes
    ----------
    name
        The parameter of :func:`lstm_viz.load` that answers it.
    text
        The question.
    choices
        What can be answered.
    assumed
        What is taken until it is answered; None where nothing is: what needs the answer is then refused.
    """

    name: str
    text: str
    choices: tuple[Answer, ...]
    assumed: Answer | None = None

    def __str__(self) -> str:
        taken = "" if self.assumed is None else f" (taken: {self.assumed})"
        return f"{self.name}: {self.text} {' / '.join(map(str, self.choices))}{taken}"

    def refusal(self) -> str:
        """Return the sentence for somebody who needs the answer."""
        return f"{self.name}: expected one of {', '.join(map(repr, self.choices))}, got none. {self.text}"


class Interview:
    """The questions that come up while a file is read, and the answers that were given to them.

    Parameters
    ----------
    answers
        By the names of questions.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self._asked: dict[str, Question] = {}

    def ask(self, question: Question) -> Answer | None:
        """Return the answer, or what is assumed.

        Raises
        ------
        ValueError
            If the answer is none of the choices.
        """
        self._asked[question.name] = question
        if question.name not in self._answers:
            return question.assumed
        answer = self._answers[question.name]
        if not any(answer == choice and type(answer) is type(choice) for choice in question.choices):
            raise ValueError(
                f"{question.name}: expected one of {', '.join(map(repr, question.choices))}, got {answer!r}"
            )
        return answer

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that nobody has answered."""
        return tuple(question for question in self._asked.values() if question.name not in self._answers)

    def require_asked(self, names: Iterable[str]) -> None:
        """Raise a ValueError if something was answered that no one asked."""
        for name in names:
            if name not in self._asked:
                asked = ", ".join(self._asked) or "none"
                raise ValueError(
                    f"{name}: expected an answer to a question of this file ({asked}), got another"
                )

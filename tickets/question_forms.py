"""Form fields for the questions of a business category; forms inside and outside share them."""

from typing import Any

from django import forms

from tickets import catalog
from tickets.questions import Question


def question_field(question: Question) -> forms.Field:
    """Free text, or a choice."""
    if question.choices:
        choices = [("", "—"), *((item, item) for item in question.choices)]
        return forms.ChoiceField(
            label=question.label, choices=choices, required=question.is_required
        )
    return forms.CharField(label=question.label, max_length=200, required=question.is_required)


class AsksQuestions:
    """What a form needs that asks the questions of its category: `ask()` once, then `answers()`."""

    questions: tuple[Question, ...] = ()

    def ask(self, category_id: int | None, known: dict[str, Any]) -> None:
        """A field for each question of a category, filled with what is known."""
        node = catalog.node(category_id)
        self.questions = node.questions if node else ()
        for question in self.questions:
            self.fields[question.name] = question_field(question)
            self.fields[question.name].initial = known.get(question.label)

    @property
    def asked(self) -> list[Any]:
        """The fields of the questions."""
        return [self[question.name] for question in self.questions]

    def answers(self) -> dict[str, str]:
        """What was answered, by question; those of another category are dropped."""
        data = self.cleaned_data
        found = {item.label: data.get(item.name) for item in self.questions}
        return {label: value for label, value in found.items() if value}

"""What the tables of codes and ballots can tell by their shape: nothing of a person, nothing of an order, nothing of a time."""

import pytest
from django.apps import apps
from django.db import models

from accounts.models import User
from branches.models import Member
from reviews.models import Ballot, Code, Remark
from reviews.queries.secrecy import COLUMNS, PEOPLE

SECRET = [Code, Ballot, Remark]


def leads_to(start: type[models.Model]) -> set[type[models.Model]]:
    """Return all models that foreign keys lead to from one, however many steps away."""
    found: set[type[models.Model]] = set()
    ahead = [start]
    while ahead:
        model = ahead.pop()
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            other = field.related_model
            if isinstance(other, type) and issubclass(other, models.Model) and other not in found:
                found.add(other)
                ahead.append(other)
    return found


@pytest.mark.parametrize("model", COLUMNS)
def test_a_new_column_is_thought_about_first(model: type[models.Model]) -> None:
    assert {field.column for field in model._meta.concrete_fields} == COLUMNS[model]


@pytest.mark.parametrize("model", SECRET)
def test_no_path_leads_to_a_person(model: type[models.Model]) -> None:
    assert leads_to(model) & set(PEOPLE) == set()


@pytest.mark.parametrize("model", SECRET)
def test_no_path_leads_from_one_of_them_to_another(model: type[models.Model]) -> None:
    assert leads_to(model) & set(SECRET) == set()


@pytest.mark.parametrize("model", SECRET)
def test_keys_are_random_and_times_are_not_kept(model: type[models.Model]) -> None:
    assert not any(
        isinstance(field, models.DateField | models.AutoField | models.GenericIPAddressField)
        for field in model._meta.concrete_fields
    )
    if isinstance(model._meta.pk, models.UUIDField):
        assert {model().pk.version for _ in range(20)} == {4}


def test_the_walk_sees_a_path_where_there_is_one() -> None:
    assert User in leads_to(apps.get_model("reviews", "RemarkReading"))
    assert Member in leads_to(apps.get_model("reviews", "EvaluationSubject"))

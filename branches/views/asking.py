"""What the pages of this room ask for and answer alike."""

from datetime import date

from django.core.exceptions import ValidationError
from django.forms import Form, ModelForm

from branches.forms import DayForm
from branches.middleware import Request


def asked_day(request: Request) -> tuple[DayForm, date]:
    """Return the form of ``?on=`` and the day it asks for: the request's own when none is given, or none that exists."""
    form = DayForm(request.GET if request.GET.get("on") else None, initial={"on": request.on})
    return form, (form.is_valid() and form.cleaned_data["on"]) or request.on


def tell(form: Form | ModelForm, error: ValidationError) -> None:
    """Put what an action refused on the form, at the field where there is one."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)

"""Addresses of nominations; part of awards.urls."""

from django.urls import URLPattern, path, register_converter

from awards.views import nomination_texts, nominations


class Verb:
    """A move somebody may press, so that other pages of a nomination keep their own addresses."""

    regex = "|".join(sorted([*nominations.PRESSED, nominations.ACT]))

    def to_python(self, value: str) -> str:
        """Return the verb."""
        return value

    def to_url(self, value: str) -> str:
        """Return the verb."""
        return value


register_converter(Verb, "nomination_verb")

urlpatterns: list[URLPattern] = [
    path("nominations/", nominations.nomination_list, name="nomination_list"),
    path("nominations/export/", nominations.nomination_export, name="nomination_export"),
    path("nominations/add/", nomination_texts.nomination_add, name="nomination_add"),
    path("nominations/files/<int:pk>/", nominations.nomination_file, name="nomination_file"),
    path("nominations/<int:pk>/", nominations.nomination_detail, name="nomination_detail"),
    path("nominations/<int:pk>/edit/", nomination_texts.nomination_edit, name="nomination_edit"),
    path("nominations/<int:pk>/autosave/", nomination_texts.nomination_autosave, name="nomination_autosave"),
    path("nominations/<int:pk>/print/", nominations.nomination_print, name="nomination_print"),
    path("nominations/<int:pk>/override/", nominations.nomination_override, name="nomination_override"),
    path("nominations/<int:pk>/<nomination_verb:verb>/", nominations.nomination_move, name="nomination_move"),
]

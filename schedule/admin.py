from django.contrib import admin
from django.db import models

from accounts.looking import LookingAdmin
from schedule.models import (
    Campaign,
    Carrier,
    CarrierItem,
    FoundingCondition,
    Indicator,
    Milestone,
    Phase,
    PhaseTask,
    SchoolYear,
    ScoringScheme,
    Semester,
    Standard,
    StandardSet,
    StudyDocument,
    ThemeGoal,
    Way,
)

# The plan is changed in its file and loaded again; here it is looked at.
COLUMNS: dict[type[models.Model], list[str]] = {
    Campaign: ["title", "key", "starts_on", "ends_on"],
    ThemeGoal: ["text", "kind", "key", "withdrawn_on"],
    StandardSet: ["title", "target", "version", "effective_from", "withdrawn_on"],
    Standard: ["title", "set", "key", "definition", "withdrawn_on"],
    Indicator: ["text", "standard", "organization", "post", "starts_on", "ended_on"],
    Way: ["title", "key", "summary", "withdrawn_on"],
    Milestone: ["title", "date", "precision", "remind_days_before", "withdrawn_on"],
    SchoolYear: ["label", "key", "withdrawn_on"],
    Semester: ["label", "starts_on", "ends_on", "reporting_until", "withdrawn_on"],
    Carrier: ["title", "goal", "key", "withdrawn_on"],
    CarrierItem: ["title", "carrier", "parent", "key", "withdrawn_on"],
    FoundingCondition: ["text", "key", "withdrawn_on"],
    Phase: ["title", "label", "starts_on", "ends_on", "withdrawn_on"],
    PhaseTask: ["title", "phase", "key", "withdrawn_on"],
    ScoringScheme: ["campaign", "enabled", "weight"],
    StudyDocument: ["title", "kind", "task", "key", "withdrawn_on"],
}
for model, columns in COLUMNS.items():
    admin.site.register(model, LookingAdmin, list_display=columns, list_select_related=True)

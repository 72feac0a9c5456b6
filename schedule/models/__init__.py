"""What the schedule knows: the plan, what is done about it and when, and the notices."""

from schedule.models.activities import Activity, ActivityFile, ActivityParticipant, ActivitySchool
from schedule.models.channels import LeadTimes, NoticePreference, Snooze, WebhookChannel, WebhookDelivery
from schedule.models.days import CalendarFeed, DayOverride
from schedule.models.imports import TableChange, TableImport
from schedule.models.indicators import Indicator, ScoringScheme
from schedule.models.items import ActionEvidence, ActionItem, ProgressEntry
from schedule.models.meetings import Meeting, MeetingFile, Resolution
from schedule.models.notices import BouncedAddress, Digest, Heartbeat, Mail, Notice, ReminderMark
from schedule.models.plan import (
    Campaign,
    Carrier,
    CarrierItem,
    FoundingCondition,
    Milestone,
    Phase,
    PhaseTask,
    PlanRow,
    SchoolYear,
    Semester,
    Standard,
    StandardSet,
    StudyDocument,
    ThemeGoal,
    Way,
)
from schedule.models.study import Attendance, StudyFile, StudyPlan, StudySession, TurnSwap
from schedule.models.tasks import Assignment, Task, TaskEvidence, TaskSeries

__all__ = [
    "ActionEvidence",
    "ActionItem",
    "Activity",
    "ActivityFile",
    "ActivityParticipant",
    "ActivitySchool",
    "Assignment",
    "Attendance",
    "BouncedAddress",
    "CalendarFeed",
    "Campaign",
    "Carrier",
    "CarrierItem",
    "DayOverride",
    "FoundingCondition",
    "Digest",
    "Heartbeat",
    "Indicator",
    "LeadTimes",
    "Mail",
    "Meeting",
    "MeetingFile",
    "Milestone",
    "Notice",
    "NoticePreference",
    "Phase",
    "PhaseTask",
    "PlanRow",
    "ProgressEntry",
    "ReminderMark",
    "Resolution",
    "SchoolYear",
    "ScoringScheme",
    "Semester",
    "Snooze",
    "Standard",
    "StandardSet",
    "StudyDocument",
    "StudyFile",
    "StudyPlan",
    "StudySession",
    "TableChange",
    "TableImport",
    "Task",
    "TaskEvidence",
    "TaskSeries",
    "ThemeGoal",
    "TurnSwap",
    "Way",
    "WebhookChannel",
    "WebhookDelivery",
]

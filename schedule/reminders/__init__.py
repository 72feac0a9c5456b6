"""Who must know: the letters and reminders of this room, found at start-up."""

from schedule.reminders import acting, attendance, items, meetings, plan, study, tasks

__all__ = ["acting", "attendance", "items", "meetings", "plan", "study", "tasks"]

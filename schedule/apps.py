from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ScheduleConfig(AppConfig):
    name = "schedule"
    verbose_name = "计划与日程"

    def ready(self) -> None:
        """Find every app's letters, reminders, calendar entries, duties and tables, the one call upward in the house; and our own health probe."""
        autodiscover_modules("reminders", "probes", "sources", "duties", "agenda", "tables")

"""How a task stands with each of those it reaches. Overdue is the calendar's to say, never a column."""

from django.db import models


class TaskState(models.TextChoices):
    """Done or not done, by each: 任务落实情况."""

    TODO = "todo", "未完成"
    DONE = "done", "已完成"
    RETURNED = "returned", "退回补办"
    EXCUSED = "excused", "免办"


WORKABLE = (TaskState.TODO, TaskState.RETURNED)

TASK_TONES = {
    TaskState.TODO: "wait",
    TaskState.DONE: "good",
    TaskState.RETURNED: "bad",
    TaskState.EXCUSED: "plain",
}

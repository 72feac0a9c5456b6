"""What waits for a person in the daily life of the campaign: tasks, study, attendance, meetings, commendation; a line each, a fixed number of queries."""

from datetime import date

from django.urls import reverse

from awards.queries import waiting as awards
from branches.scope import Standing
from reports.queries.waiting import Task
from schedule.queries import attendance, meetings, study, tasks

ACTIONS = {
    "tasks": ("去完成", "项"),
    "to_record": ("去记录", "次"),
    "my_turn": ("写主题", "次"),
    "swaps": ("去答复", "次"),
    "study_leave": ("去审批", "人"),
    "study_make_up": ("去补学", "次"),
    "rhythm": ("查看", "次"),
    "to_nominate": ("去推荐", "批"),
    "to_hand_up": ("去上报", "份"),
    "to_decide": ("去审议", "份"),
    "to_announce": ("去宣布", "份"),
    "to_answer": ("去答复", "件"),
    "to_commend": ("去表彰", "批"),
    "posts_to_review": ("去评议", "份"),
    "posts_to_grant": ("去审定", "份"),
    "posts_to_assess": ("去复评", "个"),
    "own_post": ("查看", "份"),
    "story_to_agree": ("去答复", "篇"),
}


def living_tasks(standing: Standing, on: date) -> list[Task]:
    """Return what is to be done about tasks, study, meetings and commendation."""
    rooms = (tasks, study, attendance, meetings, awards)
    lines = [line for room in rooms for line in room.waiting_lines(standing, on) if line.count]
    found = []
    for line in lines:
        action, unit = ACTIONS[line.key]
        # what is late altogether needs no second number
        late = f"（{line.late} {unit}已过时限）" if line.late and line.key not in ("rhythm", "to_record") else ""
        url = reverse(line.view) + line.query
        found.append(Task(line.label + late, url, action, line.count, line.due_on, unit=unit))
    return found

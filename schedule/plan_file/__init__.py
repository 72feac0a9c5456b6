"""Reading a plan file: either a checked plan, or every problem at once, each a sentence with its line."""

from schedule.plan_file.entries import Entry, Plan, PlanProblems, Problem
from schedule.plan_file.reading import read_plan

__all__ = ["Entry", "Plan", "PlanProblems", "Problem", "read_plan"]

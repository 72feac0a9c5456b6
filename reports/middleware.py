"""Looking at a past day ends with the post that allowed it."""

from django.http import HttpResponse

from branches.middleware import Request
from branches.scope import standing_of
from chuangxian import clock
from chuangxian.middleware import PAST_DAY, Respond
from reports import rules


class PastDayRight:
    """Bring back to today whoever may no longer look back; otherwise a day on which he held a post would keep its rights open."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: Request) -> HttpResponse:
        if request.past_day and not rules.may_look_back(standing_of(request.user, clock.today())):
            del request.session[PAST_DAY]
            request.past_day, request.on = None, clock.today()
        return self.respond(request)

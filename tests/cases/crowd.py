"""Many officers at the same cases through HTTP, against a real gunicorn: what they do, and what came of it.

Officers and cases are made in the server's own database, by its own code; each officer is a thread with connections of
its own, who opens a case's page, presses one of its buttons and looks at the answer, as a browser does.
"""

import http.client
import json
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.servers import SECONDS, Home, WebServer

MAKE = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from apps.accounts.choices import Role
from tests.factories import RequestFactory, make_user
sessions = []
for number in range({officers}):
    user, session = make_user(Role.OFFICER), SessionStore()
    session.update({{SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash(),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"}})
    session.save()
    sessions.append(session.session_key)
print(json.dumps([sessions, [RequestFactory().pk for number in range({cases})]]))
"""
LOOK = """
import json
from apps.audit.models import Entry
from apps.cases.models import Case
from tests.cases.test_at_once import assert_a_walk
from tests.cases.test_walks import assert_consistent
changes = 0
for case in Case.objects.all():
    about = Entry.objects.about(case)
    entries = about.filter(action__in=["cases.move", "cases.assign"]).count()
    assert case.version == 1 + entries, (case.reference, case.version, entries)
    refused = about.filter(action="cases.refuse").count()
    assert case.refusals.count() == refused
    assert case.messages.filter(direction="out").count() == about.filter(action="cases.message-out").count() == refused
    assert_consistent(case)
    assert_a_walk(case)
    changes += entries
print(json.dumps(changes))
"""
_BUTTON = re.compile(r'action="([^"]+/(?:step/[\w-]+|take)/)".*?name="([\w-]+)-seen" value="(\d+)"', re.DOTALL)
_REFUSE = re.compile(r'href="(/desk/cases/case/\d+/refuse/)"')
_SEEN = re.compile(r'name="refuse-seen" value="(\d+)"')


@dataclass
class Crowd:
    """What was answered: changes that were made, acts whose doer came second, and acts with something against them."""

    said: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Officer:
    """One of them, with a session and a cookie for forms."""

    def __init__(self, web: WebServer, session: str, seed: int) -> None:
        self._web, self._session, self._dice = web, session, random.Random(seed)  # noqa: S311
        self._token = "t" * 32

    def request(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, where it leads, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self._web.port, timeout=SECONDS)
        cookies = f"sessionid={self._session}; csrftoken={self._token}; django_language=en"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
        body = urlencode({**data, "csrfmiddlewaretoken": self._token}) if data is not None else None
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            connection.close()

    def act(self, case: int) -> str:
        """Open the page, press a button of it, look at the answer."""
        status, _place, html = self.request("GET", f"/desk/cases/case/{case}/change/")
        assert status == 200, status
        buttons, refusals = _BUTTON.findall(html), _REFUSE.findall(html)
        if refusals and self._dice.random() < 0.5:
            return self._refuse(refusals[0])
        place, name, seen = self._dice.choice(buttons)
        return self._press(place, {f"{name}-seen": seen, f"{name}-reason": "details"})

    def _refuse(self, place: str) -> str:
        status, _lead, html = self.request("GET", place)
        if status == 302:
            return "overtaken"
        seen = _SEEN.search(html)
        assert seen, status
        grounds = {"reason": "contract", "source": "other", "article": "Code, Art. 84", "status": "assumed"}
        letter = {"came_by": "letter", "heading": "", "text": "No: {reason}. {legal_reference}"}
        return self._press(place, {f"refuse-{name}": value for name, value in {**grounds, **letter}.items()} | {
            "refuse-seen": seen[1]
        })  # fmt: skip

    def _press(self, place: str, data: dict[str, str]) -> str:
        status, lead, _html = self.request("POST", place, data)
        if status == 200:
            return "against"
        assert status == 302, (status, place)
        told = self.request("GET", lead.partition("#")[0])[2]
        return "overtaken" if "was first" in told or "can&#x27;t be refused" in told else "made"


def work(home: Home, web: WebServer, *, officers: int, cases: int, acts: int) -> tuple[Crowd, int]:
    """Let them work; gives what they were told, and how many changes the record has.

    Raises AssertionError where a change was lost or made twice, or where a case lacks the consequences of its state.
    """
    made = home.manage("shell", "-v", "0", "-c", MAKE.format(officers=officers, cases=cases))
    sessions, keys = json.loads(made.stdout.splitlines()[-1])
    crowd, together = Crowd(), threading.Barrier(officers)

    def one(number: int, session: str) -> None:
        officer, dice = Officer(web, session, number), random.Random(number)  # noqa: S311
        together.wait(SECONDS)
        for _number in range(acts):
            try:
                crowd.said[officer.act(dice.choice(keys))] += 1
            except Exception as error:
                crowd.failures.append(repr(error))

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert crowd.failures == []
    return crowd, json.loads(home.manage("shell", "-v", "0", "-c", LOOK).stdout.splitlines()[-1])

"""A thousand posts to the public form at once, over real HTTP: most are told to wait, and the desk answers."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from apps.support.views.public import MADE

pytestmark = pytest.mark.embedded

POSTS, AT_ONCE = 1000, 16
FORM = "application/x-www-form-urlencoded"


def body(number: int) -> bytes:
    fields = {
        "topic": "complaint", "contact": f"0555 {number:06}", "text": f"Flood {number}", "speaker": "self",
        "language": "ru", "once": str(uuid4()),
    }  # fmt: skip
    return urlencode(fields).encode()


def test_a_thousand_posts_at_once(web, home):
    def post(number: int):
        return web.request("POST", "/request/?lang=ru", body(number), Content_Type=FORM)

    desk = []
    look = threading.Timer(0.5, lambda: desk.append(web.request("GET", "/accounts/login/").status))
    look.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(post, range(POSTS)))
    look.join(60)
    assert Counter(answer.status for answer in answers) == {200: MADE.times, 429: POSTS - MADE.times}
    stopped = next(answer for answer in answers if answer.status == 429)
    assert int(stopped.headers["Retry-After"]) > 0
    assert "Слишком много обращений сразу" in stopped.text
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert desk == [200]
    assert home.value("SELECT count(*) FROM support_supportrequest") == MADE.times
    assert home.value("SELECT count(*) FROM audit_entry WHERE action = 'cases.open'") == MADE.times

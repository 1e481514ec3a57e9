"""So often within a time, and no oftener; each key on its own."""

from apps.core.limits import Limit


def test_so_often_for_each_key_and_each_name():
    limit, other = Limit("of-test", 3, 60), Limit("of-another-test", 1, 60)
    assert [limit.take("a") for _ in range(5)] == [True, True, True, False, False]
    assert limit.take("b")
    assert [other.take("a") for _ in range(2)] == [True, False]

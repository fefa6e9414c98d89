"""The table of error codes: every row says something, and errors survive being copied and sent between processes."""

import copy
import pickle

import pytest

from integrations.wecom import errors


@pytest.mark.parametrize("code", errors.TABLE)
def test_every_code_makes_the_error_its_row_names(code: int) -> None:
    error = errors.of(code, "whatever")

    assert type(error) is errors.TABLE[code].kind
    assert (error.code, error.meaning) == (code, errors.TABLE[code].meaning)
    assert error.meaning.isascii()


def test_whatever_refuses_the_whole_app_tells_the_operator_what_to_mend() -> None:
    assert {60020, 40001, 40013, 301002, 50003} <= errors.WHOLE_APP
    assert all(errors.TABLE[code].cure for code in errors.WHOLE_APP)


def test_whatever_is_busy_says_for_how_long() -> None:
    busy = [error for code in errors.TABLE if isinstance(error := errors.of(code), errors.Busy)]
    assert {error.code for error in busy} >= {-1, 6000, 45009, 45033}
    assert all(error.retry_after > 0 for error in busy)


def test_an_unknown_code_is_refused_for_good() -> None:
    assert type(errors.of(123456)) is errors.Refused


@pytest.mark.parametrize("error", [errors.of(45009, "hint: [17]"), errors.of(60020), errors.Ambiguous(0, "silence")])
def test_a_copy_of_an_error_has_everything_it_had(error: errors.WeComError) -> None:
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(other), vars(other), str(other)) == (type(error), vars(error), str(error))


@pytest.mark.parametrize(
    "errmsg",
    ["", "hint: [<script>]", "from ip: evil.example", "hint: [" + "9" * 500 + "]", "hint: [1\n2]"],
)
def test_odd_words_leave_no_trace(errmsg: str) -> None:
    assert errors.of(60020, errmsg).trace == ""

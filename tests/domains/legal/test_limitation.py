import re
from collections import Counter
from datetime import date, timedelta

from tests.domains.legal.questions import DAY, day_of, found_in, of


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def test_a_claim_is_in_time_when_it_is_filed_by_the_end_that_the_question_gives() -> None:
    for problem in of("limitation"):
        asked = problem.question
        event, filed = (
            day_of(found_in(rf"on ({DAY})\.", problem)[1]),
            day_of(found_in(rf"filed on ({DAY})", problem)[1]),
        )
        years = int(found_in(r"within (\d) year", problem)[1])
        end = _later(event, years)
        if learned := re.search(rf"became known on ({DAY})", asked):
            latest = int(found_in(r"not later than (\d) year", problem)[1])
            end = min(_later(day_of(learned[1]), years), _later(event, latest))
        elif talks := re.search(r"talks for (\d+) days", asked):
            end += timedelta(days=int(talks[1]))
        elif (admitted := re.search(rf"in writing on ({DAY})", asked)) and day_of(admitted[1]) < end:
            end = _later(day_of(admitted[1]), years)
        assert filed > event
        assert problem.answer == ("in time" if filed <= end else "too late"), problem


def test_some_claims_are_filed_on_the_last_day_and_some_on_the_day_after() -> None:
    said = [re.search(rf"({DAY}) is (?:not )?after ({DAY})", p.solution or "") for p in of("limitation")]
    apart = Counter((day_of(found[1]) - day_of(found[2])).days for found in said if found)
    assert apart[0] >= 10 and apart[1] >= 10

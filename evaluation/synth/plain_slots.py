"""Slots that a typist fills alone: `{dob}`, `{he}`, `{office_fax}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evaluation.synth.marks import Fact, Ink, Line, line
from evaluation.synth.typist import Typist, print_date

Plain = Callable[[Typist], Line]


def _first_name(typist: Typist) -> Line:
    who = typist.case.patient.name
    return (Ink(who.first, (Fact("patient.name", who.plain, alternatives=(who.first, who.last)),)),)


def _payer_soft(typist: Typist) -> Line:
    name = typist.case.payer.name
    return (Ink(name, (Fact("payer.name", name, optional=True),)),)


def _pronoun(female: str, male: str) -> Plain:
    return lambda typist: line(female if typist.case.patient.sex == "female" else male)


def _address(first: int, last: int | None) -> Plain:
    """A line of an address block: printed in two lines, no line is the address, so none is asked for."""
    return lambda typist: line(", ".join(typist.case.patient.address.split(", ")[first:last]))


def _digits(field: str) -> Plain:
    """A date without signs between its parts, for combs."""

    def printed(typist: Typist) -> Line:
        day = typist.case.patient.dob if field == "patient.dob" else typist.case.start
        return typist.put(field, day.isoformat(), day.strftime("%m%d%Y"))

    return printed


PLAIN: Mapping[str, Plain] = {
    "name": lambda t: t.name(),
    "name_first": lambda t: t.name("first"),
    "name_last": lambda t: t.name("last"),
    "name_upper": lambda t: t.name("upper"),
    "mr": lambda t: t.formal(),
    "first": _first_name,
    "dob": lambda t: t.dob(),
    "dob_digits": _digits("patient.dob"),
    "start_digits": _digits("service.start"),
    "sex": lambda t: t.sex("word"),
    "sex_letter": lambda t: t.sex("letter"),
    "gender": lambda t: t.sex("lower"),
    "member_id": lambda t: t.member_id(),
    "mrn": lambda t: t.mrn(),
    "phone": lambda t: t.phone(),
    "address": lambda t: t.address(),
    "street": _address(0, 1),
    "city": _address(1, None),
    "age": lambda t: line(str(t.case.age)),
    "he": _pronoun("she", "he"),
    "He": _pronoun("She", "He"),
    "his": _pronoun("her", "his"),
    "His": _pronoun("Her", "His"),
    "him": _pronoun("her", "him"),
    "payer": lambda t: t.payer(),
    "payer_soft": _payer_soft,
    "plan": lambda t: t.plan(),
    "group": lambda t: t.group_number(),
    "npi": lambda t: t.npi(),
    "specialty": lambda t: t.specialty(),
    "office_phone": lambda t: t.office_phone(),
    "office_fax": lambda t: t.office_fax(),
    "practice": lambda t: t.practice(),
    "practice_address": lambda t: line(t.case.provider.address),
    "facility": lambda t: t.facility(),
    "facility_npi": lambda t: t.facility_npi(),
    "start": lambda t: t.day("service.start", t.case.start),
    "end": lambda t: t.day("service.end", t.case.end),
    "today": lambda t: line(print_date(t.case.today, t.dates)),
    "place": lambda t: t.put("service.place", t.case.scenario.place),
    "story": lambda t: line(" ".join(t.case.scenario.story)),
    "story1": lambda t: line(t.case.scenario.story[0]),
    "story2": lambda t: line(" ".join(t.case.scenario.story[1:])),
    "why": lambda t: line(t.case.scenario.why),
}

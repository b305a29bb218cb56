"""Mistakes in clinics' profiles and seed facts."""

from helpers.invalid_data import DFW, FACTS, ROSEVILLE, Mistake

from dialogue.content import messages as f
from dialogue.engine.clinic import WEEKDAYS

MISTAKES = (
    Mistake(
        f.BAD_PHONE,
        DFW,
        "817-916-4685",
        "(817) 916-4685",
        "(817)",
        'is written "NNN-NNN-NNNN"',
    ),
    Mistake(
        f.BAD_EMERGENCY_NUMBER,
        DFW,
        '"911"',
        '"nine one one"',
        "nine one one",
        "It has two to four figures",
    ),
    Mistake(
        f.SAME_NUMBER,
        ROSEVILLE,
        "651-430-3827",
        "651-219-7292",
        "fax:",
        "line 'fax' has the number of line 'phone_appointments'",
    ),
    Mistake(
        f.SAME_PURPOSE,
        ROSEVILLE,
        "purpose: general",
        "purpose: appointments",
        "phone_general",
        "both spoken for appointments",
    ),
    Mistake(
        f.NEVER_SPOKEN,
        ROSEVILLE,
        "purpose: fax, spoken: no",
        "purpose: fax, spoken: yes",
        "purpose: fax",
        "line 'fax' is for a fax, and is spoken",
    ),
    Mistake(
        f.NEVER_SPOKEN,
        DFW,
        "purpose: unlabelled, spoken: no",
        "purpose: unlabelled, spoken: yes",
        "purpose: unlabelled",
        "state its purpose",
    ),
    Mistake(
        f.LONG_NAME,
        DFW,
        "for Spinal Disorders",
        "for all Spinal Disorders",
        "name:",
        "the clinic's name has 8 words",
    ),
    Mistake(
        f.BAD_HOURS,
        ROSEVILLE,
        'tuesday: "08:00-17:00"',
        'tuesday: "17:00-08:00"',
        "tuesday",
        "the hours of Tuesday are '17:00-08:00'",
    ),
    Mistake(
        f.BAD_HOURS,
        ROSEVILLE,
        'tuesday: "08:00-17:00"',
        'tuesday: "8 to 5"',
        "tuesday",
        'as in "08:00-17:00"',
    ),
    *(
        Mistake(
            f.BAD_HOURS,
            ROSEVILLE,
            'tuesday: "08:00-17:00"',
            f'tuesday: "{hours}"',
            "tuesday",
            f"the hours of Tuesday are '{hours}'",
        )
        for hours in (
            "08:00-12:00, 12:00-17:00",
            "08:00-13:00, 12:00-17:00",
            "13:00-17:00, 08:00-12:00",
            "08:00-12:00, 13:00",
            "08:00-12:00,",
            "08:00-09:00, 10:00-11:00, 12:00-13:00, 14:00-15:00",
        )
    ),
    *(
        Mistake(
            f.BAD_TIMEZONE,
            ROSEVILLE,
            "timezone: America/Chicago",
            f"timezone: {zone}",
            "timezone",
            f"the timezone '{zone}' is not known",
        )
        for zone in (
            *("EST", "EST5EDT", "Etc/GMT-5", "Etc/UTC", "UTC", "GMT", "localtime"),
            *("US/Central", "right/America/Chicago", "posix/America/Chicago"),
            *("America/chicago", "America/Nowhere", "America"),
        )
    ),
    Mistake(
        f.NEVER_OPEN,
        ROSEVILLE,
        "".join(f'  {day}: "08:00-17:00"\n' for day in WEEKDAYS[:5]),
        "".join(f"  {day}: closed\n" for day in WEEKDAYS[:5]),
        "hours:",
        "every day is closed",
    ),
    Mistake(
        f.BAD_DATE,
        ROSEVILLE,
        "timezone: America/Chicago",
        'closed_on: ["2026-02-30"]\ntimezone: America/Chicago',
        "2026-02-30",
        "as in 2026-12-25",
    ),
    Mistake(
        f.BAD_TIMEZONE,
        ROSEVILLE,
        "America/Chicago",
        "America/Roseville",
        "America/Roseville",
        "is not known",
    ),
    Mistake(
        f.FOREIGN_NUMBER,
        DFW,
        "817-916-4685",
        "817-916-4686",
        "4686",
        "stands in no seed fact",
    ),
    Mistake(f.BAD_FACTS, FACTS, "S007,000,", "S008,000,", "S008,000", "from S001 on"),
    Mistake(
        f.FACT_UNUSED,
        FACTS,
        "lack of vitamins or nutrients.,step.eat",
        "lack of vitamins or nutrients.,",
        "lack of vitamins",
        "seed fact S007 has no 'used_in'",
    ),
    Mistake(
        f.FACT_ASTRAY,
        FACTS,
        "lack of vitamins or nutrients.,step.eat",
        "lack of vitamins or nutrients.,step.eet",
        "step.eet",
        "Did you mean 'step.eat'?",
    ),
    Mistake(
        f.FACT_ASTRAY,
        FACTS,
        "profile.roseville.fax",
        "profile.dfw.fax",
        "profile.dfw.fax",
        "seed fact S030",
    ),
)

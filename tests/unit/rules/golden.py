"""Dates counted by hand, day by day, under the notices that config/catalog/calendar.yaml names.

2025 (国办发明电〔2024〕12号): free 1 Jan, 28 Jan-4 Feb, 4-6 Apr, 1-5 May, 31 May-2 Jun, 1-8 Oct; worked 26 Jan, 8 Feb,
27 Apr, 28 Sep, 11 Oct. 2026 (国办发明电〔2025〕7号): free 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep,
1-7 Oct; worked 4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct. 2027 is not announced: only the statutory days are free
(《全国年节及纪念日放假办法》), among them 1 Jan and, around the Spring Festival, 5-8 Feb.
"""

from typing import Final

GOLDEN: Final = {
    # 2025
    "the day after is the first": ("accept", "2025-03-03 09:00", "2025-03-04 17:30:00", False),
    # 27 Jan is worked, then free until 4 Feb
    "accepting over the Spring Festival": ("accept", "2025-01-27 15:00", "2025-02-05 17:30:00", False),
    # 21 22 23 24 26* 27 | 5 6 7 8* 10 11 12 13 14
    "a result over the Spring Festival": ("result", "2025-01-20 10:00", "2025-02-14 17:30:00", False),
    # 7 8 Apr
    "Qingming": ("first_contact", "2025-04-03 16:00", "2025-04-08 17:30:00", False),
    # 27* 28 29 30 Apr, 6 May
    "a make-up Sunday before May Day": ("progress", "2025-04-25 11:00", "2025-05-06 17:30:00", False),
    # 26 28* 29 30 Sep, 9 10 11* 13 14 15 Oct
    "forwarding over the National Day": ("forward", "2025-09-25 10:00", "2025-10-15 17:30:00", False),
    # the 30th day is 8 Oct, still free
    "an answer that ends in the National Day": ("answer", "2025-09-08 10:00", "2025-10-09 23:59:59", False),
    # 28 in July, 31, 30: the 90th day is 1 Oct
    "ninety days that end in the National Day": ("total", "2025-07-03 10:00", "2025-10-09 23:59:59", False),
    # 1-3 Jan free, Sunday 4 Jan worked
    "accepting on New Year's Eve 2025": ("accept", "2025-12-31 17:00", "2026-01-04 17:30:00", False),
    # 2026
    # 9 10 11 12 13 14* | 24 25 26 27 28* | 2 3 4 5
    "a result over the Spring Festival 2026": ("result", "2026-02-06 10:00", "2026-03-05 17:30:00", False),
    # 28 29 30 Apr, 6 7 8 9* 11 12 13 May
    "forwarding over May Day 2026": ("forward", "2026-04-27 09:30", "2026-05-13 17:30:00", False),
    # 20* 21 22 23 24 Sep
    "a make-up Sunday before mid-autumn": ("progress", "2026-09-18 10:00", "2026-09-24 17:30:00", False),
    # the 30th day is 1 Oct
    "an answer that ends on the National Day": ("answer", "2026-09-01 10:00", "2026-10-08 23:59:59", False),
    # 25 + 31 + 30 + 4: 4 Oct
    "ninety days that end in the holiday week": ("total", "2026-07-06 10:00", "2026-10-08 23:59:59", False),
    # 25 26 27 30 Nov, 1 2 3 4 7 8 9 10 11 14 15 Dec
    "a plain result": ("result", "2026-11-24 10:00", "2026-12-15 17:30:00", False),
    # 28 29 30 Apr, 6 7 May
    "help over May Day": ("co_handle", "2026-04-27 16:00", "2026-05-07 17:30:00", False),
    # 20* 21 22 23 24 Sep
    "an appeal before mid-autumn": ("appeal", "2026-09-18 20:00", "2026-09-24 17:30:00", False),
    # 20* 21 22 23 24 Sep: 5; 28 29 30: 8; 8 9 Oct
    "a word on a result over the national day": (
        "confirmation",
        "2026-09-18 20:00",
        "2026-10-09 17:30:00",
        False,
    ),
    # across New Year 2027
    # 31 Dec, then Monday 4 Jan
    "first contact over New Year": ("first_contact", "2026-12-30 10:00", "2027-01-04 17:30:00", True),
    # 21-25, 28-31 Dec: 9; 4-8 Jan: 14; 11 Jan
    "a result over New Year": ("result", "2026-12-18 10:00", "2027-01-11 17:30:00", True),
    # the 30th day is 31 Dec, a Thursday
    "an answer on the last certain day": ("answer", "2026-12-01 10:00", "2026-12-31 23:59:59", False),
    # the 30th day is 1 Jan
    "an answer that ends on New Year": ("answer", "2026-12-02 10:00", "2027-01-04 23:59:59", True),
    # 20 + 31 + 31 + 8: 8 Feb, the third day of the new year; 9 and 10 Feb make up for 6 and 7, a weekend
    "ninety days into the Spring Festival 2027": ("total", "2026-11-10 10:00", "2027-02-11 23:59:59", True),
}
"""What it is about: the clock, its start, its end, and whether that is provisional; times of Shanghai.

In the counts above * marks a worked weekend and | a holiday.
"""

"""How each measure is worked out, as an equation or a rule; all from what is recorded of one launch.

`docs/scenario-language.md` has the same at more length, and `readiness.judging.measures` does it.
"""

from __future__ import annotations

from typing import Final

DEFINITIONS: Final = {
    "response mean": "Σ (end − intended start) / n, over the n requests that were not turned away",
    "response pNN": "the least t with #{end − intended start ≤ t} ≥ NN % · n; never, where too few came to ask",
    "response max": "max (end − intended start) over the same requests",
    "good share": "requests answered in time and well / all that were due",
    "failed share": "requests that ended badly / all that were due; what is open at the end has not failed",
    "goodput": "good answers / length of the windows",
    "offered rate": "requests that were due / length of the windows",
    "sent rate": "requests put on the wire, hedges among them / length of the windows",
    "received rate": "requests sent that found a connection / length of the windows",
    "time to pNN": "the least t with #{got there within t} ≥ NN % · N, of N who wanted it; never, where fewer do",
    "people share": "people who got there / people who wanted it, each person once",
    "time in line pNN": "the NN % quantile of each person's time in waiting rooms, those in none at 0",
    "wait mean": "Σ waits / (served + left), those who never waited at 0",
    "wait pNN": "the NN % quantile of the waits of all who were served or left, those who never waited at 0",
    "waited share": "arrivals that waited or left / all arrivals at the station",
    "refused share": "arrivals that found the queue full / all arrivals",
    "left share": "arrivals that left the queue unserved / all arrivals",
    "hit share": "visits that a cache spared the station / visits that asked a cache",
    "busy share": "Σ busy servers over equally spaced samples / Σ servers that the station has then",
    "idle share": "share of samples in which no server is busy",
    "full share": "share of samples in which every server that the station has then is busy",
    "queue mean": "mean number waiting over equally spaced samples",
    "queue max": "largest number waiting at any moment",
    "in system mean": "mean of waiting + busy over equally spaced samples",
    "session good share": "sessions that came to the end of their journey / all that started",
    "session time pNN": "the least t with #{finished within t} ≥ NN % · all sessions; never, where fewer finish",
    "makespan": "end of the last session − start of the first",
    "waiting to retry mean": "mean number of people between two tries over equally spaced samples",
    "achieved share": "sessions in which it was achieved / sessions that intended something",
    "paper share": "intended referrals that went on paper / all that were intended",
    "recovery time": (
        "from the fault's end to the first of three windows in a row with 90 % of the good answers, in rate and in"
        " share, of the 30 windows before the fault"
    ),
    "referrals": "referrals in these places when the recording ends, by the window of their consultation",
    "referral share": "referrals in these places / all that arose",
    "delay mean": "Σ (receipt − consultation) / referrals received; never, where one is never received",
    "delay pNN": "the least t with #{receipt − consultation ≤ t} ≥ NN % of all referrals; never, where fewer arrive",
    "late share": "referrals received later than the limit, or never / all that arose",
    "staff time": "Σ people's time in these activities, by when they began to spend it",
    "cost": "Σ price of a channel · referrals sent by it + Σ wage · hours",
    "practices using share": "practices that would rather try the system than not / all practices, at the last sample",
    "practices in share": "practices that have got in / practices that have tried",
    "backlog max": "largest number of referrals that practices hold at any sample",
    "backlog at end": "referrals that practices hold at the last sample",
    "backlog cleared": "from the sample of the highest backlog to the first later one with at most 1 % of it",
    "slot share": "bookings that took a slot / (those + bookings refused for want of one)",
    "slots free min": "fewest free slots at any sample",
    "appointment wait mean": "Σ (day of the appointment − day of the booking) / bookings that took a slot",
    "appointment wait pNN": "the fewest days that NN % of those waits do not exceed",
    "seen in time share": "bookings with an appointment within the priority's limit / (taken + refused)",
}

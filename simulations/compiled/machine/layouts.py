"""What lies in the arrays: the records of a launch under way, and of the tables that it walks.

Places are numbers (`NONE` where there is none); moments are seconds since the scenario's midnight. What stands in
memory one after the other is used one after the other.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

NONE: Final = -1
STRIP_BITS: Final = 4  # of the place of a count, those that tell where in its strip it is
ROOM: Final = 64  # records of each kind that one event may need; more where many leave a queue at once
_f, _n, _k = np.float64, np.int64, np.uint64  # of one width, so that every function is compiled once


def _layout(**fields: Any) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


# every table, in the order in which it is written about here
TABLES: Final = (
    "distributions", "values", "limits", "targets", "steps", "draws", "choices", "loops", "sites", "plans", "back_offs",
    "precautions", "operations", "code", "held", "cells", "starts", "populations", "keys", "events", "stations",
    "deadlines", "classes", "gates", "rules", "asks", "asked", "token_buckets", "caches", "asked_caches", "things",
    "cached", "together", "hits", "regions", "priorities", "practices",
    "sessions", "visits", "rounds", "efforts", "guards", "recents", "seen", "requests", "ways", "hedged", "wishes",
    "notes", "blocks", "groups", "strips", "counts", "spans", "marks", "hedges", "sampled", "counted",
    "workplaces", "followed", "holdings", "channels", "sources", "tidings", "openings", "gauges",
    "specialties", "free_slots", "bookings", "bookers", "slots_seen",
)  # fmt: skip
# of plain numbers
NUMBER, PLACE, KEY = _layout(value=_f), _layout(value=_n), _layout(value=_k)

# the tables, which nothing changes

DISTRIBUTION = _layout(kind=_n, a=_f, b=_f, c=_f, first=_n, number=_n)  # of `values`, or of parts and their shares
STEP = _layout(code=_n, what=_n)  # a place among sites, draws, choices or loops, or where a jump goes
DRAW = _layout(key=_k, distribution=_n)
CHOICE = _layout(draw=_n, first=_n, number=_n)  # of `limits` and `targets`
LOOP = _layout(target=_n, times=_n)  # NONE: for ever
SITE = _layout(
    key=_k, operation=_n, timeout_s=_f, deadlines=_n, timeout_key=_k, timeout_draw=_n, mark=_n, achievement=_n,
    skips=_n, within_s=_f, alone=_n, logs_on=_n, hedges=_n, hedge_after_s=_f,
)  # fmt: skip
PLAN = _layout(
    first=_n, steps=_n, log_on=_n, log_ons=_n, intends=_n, delivered_by=_n, delivered_mark=_n,
    first_gone=_n, past_gone=_n, gone=_n, patience_key=_k, patience=_n,
    retries=_n, jitter=_n, back_offs=_n, shortest_s=_f, longest_s=_f, honours=_n, loops=_n,
    guarded=_n, way_there=_n, way_back=_n,
    role=_n, at_practice=_n, back_share=_f, back_times=_n, back_after=_n,  # of people who are followed
)  # fmt: skip
# what becomes of a referral of one priority that could not be made; of `limits` and `targets`, its channels
HOLDING = _layout(hold_s=_f, forgotten=_f, first=_n, number=_n)
CHANNEL = _layout(lost=_f, takes=_n, work=_n, rekeying=_n)  # of `values`, seconds by role
SOURCE = _layout(key=_k, reaches=_f, after=_n)  # of news: neighbours
TIDING = _layout(at_s=_f, practice=_n, is_down=_n)  # what one practice hears of a fault
OPENING = _layout(opens_s=_f, closes_s=_f)
# of one priority: its specialties, of `limits` and `targets`, and within how many days a slot must be (0: any)
BOOKING = _layout(first=_n, number=_n, within=_n)
# of a population; `…_own`: each session has its own. Which breaker, and whether there is a budget or a throttle
PRECAUTIONS = _layout(
    breaker=_n, breaker_own=_n, failures=_f, of_at_least=_n, within_s=_f, opens_for_s=_f, trial_calls=_n,
    budget=_n, budget_own=_n, per_request=_f, burst=_f, throttle=_n, throttle_own=_n, k=_f, over_s=_f,
)  # fmt: skip
OPERATION = _layout(first=_n)
INSTRUCTION = _layout(
    piece=_k, code=_n, what=_n, distribution=_n, held=_n, number=_n, caches=_n, cached=_n, visit=_n, after=_n
)  # `piece` salts its draw; of `held`, innermost first

# what changes

LAUNCH = _layout(
    # the moment, and the axes of the recording
    now_s=_f, start_s=_f, window_s=_f, sample_s=_f, samples_per_window=_n, windows=_n, samples=_n,
    # how many there are of each
    stations=_n, operations=_n, goals=_n, sessions=_n, steps=_n, plans=_n,
    # whether anybody is away from the service, and the number of a mark
    networked=_n, hedged_mark=_n,
    # events in the heap, numbers that were given, sessions of the schedule that have started, notes and samples taken
    events=_n, numbered=_n, serial=_n, due=_n, noted=_n, taken=_n, closed=_n,
    # records that are free: the first of each kind, and how many; how many were ever in use, and there are in all
    free_session=_n, free_request=_n, free_wish=_n, free_seen=_n, spare_sessions=_n, spare_requests=_n, spare_wishes=_n,
    spare_seen=_n, used_sessions=_n, used_requests=_n, used_wishes=_n,
    room_requests=_n, room_events=_n, room_notes=_n,
    # acting on the service: requests that have come in, how many kinds of requests slowdowns tell apart, and on what
    entered=_n, logged_on_since=_n, places=_n, populations=_n, all_regions=_n, is_watched=_n, slowdowns=_n,
    follows=_n, asks_python=_n, started=_n,
    first_left=_n, last_left=_n,
    # gauges
    sessions_open=_n, retrying=_n, requests_open=_n,
    # blocks of groups and strips of counts that are in use, and how many there are in all
    used_blocks=_n, used_strips=_n, room_blocks=_n, room_strips=_n,
    # what is under way in one event: a request, or NOT_SENT; the line that expires; whose call was held back
    in_hand=_n, expiring=_n, held_back=_n,
    # who does not get on, and at what
    standstill=_n, standing=_n, called=_n, fault=_n,
    # who is asked about people who are followed, and by what name the launch goes there; what Python has answered
    asks_people=_n, address=_n, answer_s=_f,
    # practices: how many there are, and in a neighbourhood; what they learn, believe and do; what is counted of them
    practised=_n, neighbours=_n, sources=_n, has_news=_n, openings=_n, response=_n, responses=_n,
    failure=_f, success=_f, believed_for_s=_f, gap_s=_f, rest_s=_f,
    held_referrals=_n, using=_n, believing=_n, habits=_f, backlogs=_n, put_off=_n,
    # referrals: whether there are rules for those that fail, and where they may be
    has_fallback=_n, half_made=_n, referral_places=_n, channels=_n, paper_mark=_n,
    # appointment slots: specialties, days from tomorrow on for which each has room, today, and until when that holds
    specialties=_n, slot_days=_n, today=_n, slots_until_s=_f,
    # where in memory each table begins
    **{f"at_{name}": _n for name in TABLES},
)  # fmt: skip
EVENT = _layout(at_s=_f, order=_k, serial=_n, what=_n, kind=_n)
STATION = _layout(
    servers=_n, free=_n, queue=_n, max_wait_s=_f, waiting=_n, watched=_n, at_once=_n, waited=_n, left=_n, refused=_n,
    hits=_n, misses=_n, shut=_n, order=_n, from_queue=_n,
)  # fmt: skip
# those who wait at a station, in order of arrival; of one priority, where that counts. After those of all stations come
# those who were given a server and are to be moved on
CLASS = _layout(first=_n, last=_n)
GATE = _layout(since_s=_f, before_s=_f, holders=_n, first=_n, last=_n)  # of each station, then of all else
RULE = _layout(
    kind=_n, hits=_n, operations=_k, populations=_k, regions=_k, stations=_k, key=_k, share=_f, outcome=_n, fault=_n,
    station=_n, a=_f, b=_f, moment_s=_f, number=_n, bit=_k, first=_n, last=_n,
)  # fmt: skip
ASKED = _layout(first=_n, number=_n)  # of `asked`, the rules that are asked at one point and place, in order
CACHE = _layout(key=_k, entries=_f, hit_limit=_f, hit_s=_f, warm=_n, first=_n)  # of `things`, a bit each
TOKEN_BUCKET = _layout(tokens=_f, then_s=_f)
TOGETHER = _layout(known=_n, factor=_f, extra_s=_f, certain=_n, drawn=_n, window=_n, count=_n)  # slowdowns of one kind
DEADLINES = _layout(timeout_s=_f, armed_s=_f, first=_n, last=_n)
SESSION = _layout(
    caller_key=_k, thinking_s=_f, retrying_s=_f, in_line_s=_f, last_pause=_n, delivered_s=_f, put_off=_n,
    granted=_k, order=_n, requests=_n, logged_on=_n, ticket_s=_f, region=_n, priority=_n, practice=_n,
    key=_k, now_s=_f, start_s=_f, since_s=_f, steps_since_s=_f, achieved=_k, waits_for=_n, population=_n,
    counter=_n, steps=_n, quiet=_n, wish=_n, next=_n, line_site=_n, line_since_s=_f, log_ons=_n, log_on_at=_n,
    stage=_n, delivered=_n, retrying=_n, is_open=_n, admission=_n, followed=_n,
)  # fmt: skip
EFFORT = _layout(site=_n, attempt=_n, retries=_n, visit=_n, log_ons=_n, waited_s=_f, paused_s=_f)
REQUEST = _layout(
    entered=_n, dead=_n, doomed=_n, fault=_n, after_s=_f, dribbles_s=_f, gate=_n, gate_stood_s=_f, rest_s=_f, aside=_n,
    unheard=_n, caps=_k, read=_n, place=_n, linked=_n, over=_n, kept=_n, gone=_n,
    key=_k, due_s=_f, since_s=_f, visit=_n, attempt=_n, serial=_n, session=_n, site=_n, counter=_n,
    next=_n, before=_n, later=_n, earlier=_n,  # two links, one after the other
    outcome=_n, inside=_n, timed=_n, call=_n,  # the hedged call of which it is one
)  # fmt: skip
LINK = _layout(next=_n, before=_n)  # to neighbours in a line
WAY = _layout(there_s=_f, back_s=_f, answered=_n)  # of the request with this number
# of the request with this number, which is no request but a call of several: those that are open hang together
HEDGED_CALL = _layout(next_s=_f, first=_n, last=_n, sent=_n)
# what keeps calls back: of each population, then of each session, and two windows of recent calls of each
GUARD = _layout(since_s=_f, tokens=_f, state=_n, era=_n, sent=_n, succeeded=_n)
RECENT = _layout(first=_n, last=_n, calls=_n, counted=_n)
SEEN = _layout(moment_s=_f, counts=_n, next=_n)
WISH = _layout(since_s=_f, in_line_s=_f, goal=_n, next=_n, state=_n)
NOTE = _layout(cell=_n, moment_s=_f, value_s=_f)
NOTE_BITS = _layout(cell=_n, moment=_n, value=_n)  # the same, bit by bit
GROUP = _layout(total_s=_f, least_s=_f, most_s=_f)  # of a cell and window
STRIP = _layout(key=_n, number=_n)  # of a strip of `counts`; 0: free
COUNT = _layout(value=np.int32)
# a practice: what it is drawn from, what it believes (and until when it tells no other), what it has put off
WORKPLACE = _layout(
    key=_k, habit=_f, floor=_f, until_s=_f, silent_until_s=_f, messages=_n, made=_n, waiting=_n, top=_n,
    next_s=_f, not_before_s=_f, next_piece_s=_f, tried_s=_f, got_in_s=_f,
)  # fmt: skip
# a person or referral that is followed, at the place of their first session; `where` as `practices.backlogs` has it
FOLLOWED = _layout(deadline_s=_f, due_s=_f, tries=_n, where=_n, order=_n, session=_n, child=_n, sibling=_n)
SPECIALTY = _layout(earliest=_n, latest=_n, taken=_n, free=_n)  # of days
SPAN = _layout(first_s=_f, last_s=_f, still_open=_f)

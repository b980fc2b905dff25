"""What `say` says about calls and callers, with the longest and most hostile names and words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from handlers import say
from handlers.turn import Speech
from handlers.understanding.times import Doubt
from models.actions.appointments import Announced
from models.actions.conversation import Desk
from models.actions.outbox import Notice
from models.actions.reaching import Failed
from models.actions.trust import Checked
from models.queries.leads import Asked as AskedOf
from models.queries.leads import Lead
from models.queries.people import OfficialCard
from models.queries.reach import Reach
from models.queries.tickets import Overview
from models.queries.trust import OwnerCard
from models.rules.calling import Fault, Span
from models.rules.disturbance import Quiet
from models.rules.reach import Way
from models.tables import Call, CallState, Enterprise, Finding, FraudLead, Verdict, Verification
from tests.unit.handlers.speeches_facts import LONGEST_DUE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Span(NOW, NOW + HOUR)
OVERNIGHT = Span(NOW, NOW + 16 * HOUR)
PHRASE = "青山 白鹭"
TAILS = ("3059", "8866", "1234", "0001")
WHYS = [*Doubt, *Fault]
LEADER = OfficialCard(1, "安予诚", "副省长", "210000")
AIDE = OfficialCard(2, "程小满", "专班联络员", "210000", 1, "aide")
CALL = Call(begins_at=WINDOW.begins, ends_at=WINDOW.ends, phrase=PHRASE, state=CallState.ANNOUNCED)
ASKED = Call(begins_at=None, ends_at=None, phrase=None, state=CallState.ASKED)
LEAD = FraudLead(id=10**9, tail="1234", day=date(2026, 12, 31), finding=None)
REPORT = AskedOf(Verification(said="长" * 4000), Enterprise(id=1, name="长" * 400), None)
REACHES = [
    Reach(
        NOW,
        follows=follows,
        is_window_open=is_open,
        failed_calls=failed,
        name="林向晚" if failed else None,
        tried=tuple((way, "长" * 50) for way in Way) if failed else (),
    )
    for follows, is_open, failed in ((False, False, 3), (True, True, 0), (True, False, 12))
]


def said(
    number: str, cards: st.SearchStrategy[OfficialCard], views: st.SearchStrategy[Overview]
) -> dict[str, st.SearchStrategy[Speech]]:
    """Return every answer about calls and callers."""
    tails = st.sampled_from([(), TAILS[:1], TAILS])
    windows = st.sampled_from([WINDOW, OVERNIGHT])
    announced = st.builds(
        Announced, windows, st.just(PHRASE), cards.flatmap(_any_desk), tails, is_new=st.booleans()
    )
    owners = st.builds(
        OwnerCard, st.just(1), cards.map(lambda card: card.name), cards.map(lambda card: card.post), tails
    )
    answered = st.builds(
        Checked,
        st.just("1234"),
        st.sampled_from(Verdict),
        st.none() | cards,
        st.sampled_from([None, CALL]),
        is_known_fraud=st.booleans(),
    )
    names = cards.map(lambda card: f"{card.post} {card.name}")
    failed = st.builds(
        Failed, st.sampled_from(Way), st.none() | names, st.integers(1, 99), is_told=st.booleans()
    )
    numbered = st.just(number) | st.builds(Enterprise, id=st.just(10**9), name=names)
    return {
        "call_announced": st.builds(say.call_announced, announced, views, by=st.sampled_from([LEADER, AIDE])),
        "when_to_call": st.builds(say.when_to_call, numbered, st.sampled_from(WHYS)),
        "quiet_then": st.builds(
            say.quiet_then, numbered, st.just(Quiet(60, 1439)), st.sampled_from([None, WINDOW, OVERNIGHT])
        ),
        "announced_enough": st.builds(say.announced_enough, numbered, st.just(20), st.just(NOW)),
        "nobody_to_call": st.builds(say.nobody_to_call, numbered),
        "no_calls_please": st.builds(say.no_calls_please, st.just(number), st.none() | names),
        "no_number": st.builds(say.no_number, cards),
        "no_call_to_cancel": st.builds(say.no_call_to_cancel, numbered),
        "call_cancelled": st.builds(say.call_cancelled, views),
        "call_failed": st.builds(say.call_failed, failed, st.just(number)),
        "for_enterprises_only": st.builds(say.for_enterprises_only),
        "for_officials_only": st.builds(say.for_officials_only),
        "for_supervisors_only": st.builds(say.for_supervisors_only),
        "call_agreed": st.builds(say.call_agreed, announced, numbered),
        "call_moved": st.builds(say.call_moved, announced, numbered),
        "when_it_suits": st.builds(say.when_it_suits, numbered, st.sampled_from(WHYS)),
        "move_or_matter": st.builds(say.move_or_matter, numbered, st.text(max_size=300)),
        "call_declined": st.builds(say.call_declined, numbered),
        "call_is_over": st.builds(say.call_is_over),
        "which_call": st.builds(say.which_call, st.lists(numbered, min_size=1, max_size=9)),
        "one_of_ours": st.builds(say.one_of_ours, owners),
        "which_number": st.builds(
            say.which_number,
            st.lists(owners, max_size=5),
            st.lists(announced, max_size=5),
            is_local=st.booleans(),
        ),
        "progress": st.builds(say.progress, views, st.just(Desk([1])), st.none() | announced),
        "no_number_told": st.builds(say.no_number_told, st.lists(owners, max_size=5), is_lead=st.booleans()),
        "we_are_genuine": st.builds(say.we_are_genuine, st.lists(owners, max_size=5)),
        "call_expected": st.builds(say.call_expected, announced, numbered),
        "asked_too_often": st.builds(say.asked_too_often, st.just(NOW)),
        "checked": st.builds(
            say.checked,
            st.lists(answered, min_size=1, max_size=3),
            st.lists(owners, max_size=5),
            st.none() | owners,
        ),
        "hang_up": st.builds(
            say.hang_up,
            st.lists(answered, min_size=1, max_size=3),
            st.lists(owners, max_size=5),
            st.none() | owners,
            renewed=st.lists(announced, max_size=3),
        ),
        "tail_compared": st.builds(
            say.tail_compared, st.just("3059"), st.lists(owners, max_size=5), st.lists(announced, max_size=3)
        ),
        "at_the_door": st.builds(
            say.at_the_door,
            st.lists(owners, max_size=5),
            st.lists(announced, max_size=3),
            is_lead=st.booleans(),
        ),
        "how_to_decide": st.builds(say.how_to_decide, st.lists(st.just(LEAD), max_size=9)),
        "no_such_lead": st.builds(say.no_such_lead, st.integers(1, 10**18)),
        "lead_shown": st.builds(
            say.lead_shown,
            st.builds(
                Lead,
                st.builds(
                    FraudLead,
                    id=st.just(10**9),
                    tail=st.sampled_from(["1234", say.NO_TAIL]),
                    day=st.just(LEAD.day),
                    finding=st.sampled_from([None, *Finding]),
                ),
                st.just((REPORT,) * 5),
            ),
        ),
        "lead_decided": st.builds(say.lead_decided, st.integers(1, 10**9), st.sampled_from(Finding)),
    }


def _any_desk(card: OfficialCard) -> st.SearchStrategy[OfficialCard]:
    return st.sampled_from([card, replace(card, id=2, leader_id=1)])


NEWS: dict[str, st.SearchStrategy[Any]] = {
    "begins": st.just(NOW.isoformat()),
    "ends": st.sampled_from([(NOW + HOUR).isoformat(), (NOW + 30 * HOUR).isoformat()]),
    "tails": st.sampled_from([[], ["3059"], list(TAILS)]),
    "phrase": st.just(PHRASE),
    "again": st.booleans(),
    "answer": st.sampled_from(["agreed", "moved", "declined", "doubted", "inherited"]),
    "lead": st.just("12"),
    "shown": st.sampled_from([None, {"name": "安予诚", "post": "副省长"}]),
    "is_renewed": st.booleans(),
    "asks": st.booleans(),
    "colleague": st.booleans(),
    "tail": st.just("1234"),
    "finding": st.sampled_from(Finding).map(str),
}
WORST: dict[str, Any] = {
    "begins": NOW.isoformat(),
    "ends": (NOW + 30 * HOUR).isoformat(),
    "tails": list(TAILS),
    "phrase": PHRASE,
    "again": True,
    "answer": "declined",
    "lead": "1" * 9,
    "shown": {"name": "长" * 50, "post": "长" * 100},
    "asks": True,
    "colleague": True,
    "tail": "1234",
    "finding": "fraud",
    "leader": {"name": "长" * 50, "post": "长" * 100},
    "claimed": {"name": "长" * 50, "post": "长" * 100},
}
CASELESS = frozenset({Notice.FRAUD_LEAD, Notice.LEAD_DECIDED, Notice.IMPERSONATED})
"""News of callers, which is about no case."""
WORDLESS = frozenset({Notice.CALL_ANNOUNCED, Notice.CALL_BRIEFED, Notice.CALL_CANCELLED, Notice.CALL_OVER})


def longest(char: str, view: Overview) -> dict[str, Speech]:
    """Return the answers that hold most, with names made of one character."""
    caller = OfficialCard(2, char * 50, char * 100, "210000", 1)
    call = Announced(OVERNIGHT, PHRASE, caller, TAILS)
    owner = OwnerCard(1, caller.name, caller.post, TAILS)
    checked = [Checked("1234", verdict, caller, CALL) for verdict in (Verdict.REGISTERED, Verdict.UNDECIDED)]
    return {
        "call_announced": say.call_announced(call, view, by=caller),
        "call_moved": say.call_moved(call, view.number),
        "which_call": say.which_call([view.number] * 9),
        "progress": say.progress(view, Desk([1]), call),
        "one_of_ours": say.one_of_ours(owner),
        **{
            f"progress explained by {n} with a due date{' and a call' if call_ else ''}": say.progress(
                replace(view, next_explanation=char * n), Desk([1], caller), call_, LONGEST_DUE
            )
            for n in (0, 1, *range(20, 180, 10))
            for call_ in (None, call)
        },
        "which_number": say.which_number([owner] * 5, [call] * 5, is_local=True),
        "checked": say.checked([*checked, checked[0]], [owner] * 5, owner),
        "hang_up": say.hang_up([*checked, checked[0]], [owner] * 5, owner, renewed=[call] * 3),
        "tail_compared": say.tail_compared("3059", [owner] * 5, [call] * 5),
        "call_failed": say.call_failed(Failed(Way.VISIT, char * 150, 9, is_told=False), view.number),
    }


def everything(number: str, view: Overview) -> list[Speech]:
    """Return all we can say about calls and callers, with Chinese names."""
    mine, aides = (Announced(WINDOW, PHRASE, card, TAILS[:1]) for card in (LEADER, AIDE))
    again = replace(mine, is_new=False)
    owner = OwnerCard(1, LEADER.name, LEADER.post, ("3059",))
    checked = [
        Checked("1234", verdict, holder, call, is_known_fraud=fraud)
        for verdict in Verdict
        for holder in (None, LEADER)
        for call in (None, CALL)
        for fraud in (True, False)
    ]
    return [
        *(say.call_announced(call, view, by=by) for call in (mine, aides, again) for by in (LEADER, AIDE)),
        *(say.when_to_call(number, why) for why in WHYS),
        *(say.when_it_suits(number, why) for why in WHYS),
        *(say.call_failed(Failed(way, "王芳", 1, is_told=told), number) for way in Way for told in (True, False)),
        *(say.checked([one], [owner], claimed) for one in checked for claimed in (None, owner)),
        *(say.hang_up([one], [owner], claimed) for one in checked for claimed in (None, owner)),
        say.hang_up(checked[:1], [owner], None, renewed=[mine]),
        *(say.tail_compared(tail, [owner], calls) for tail in ("3059", "1234") for calls in ([], [mine])),
        *(say.at_the_door([owner], calls, is_lead=is_so) for calls in ([], [mine]) for is_so in (True, False)),
        *(say.lead_decided(1, finding) for finding in Finding),
        *(say.detail(view, [], reach, call) for reach in REACHES for call in (None, CALL, ASKED)),
        say.one_of_ours(owner),
        *(say.which_number([owner], [mine], is_local=is_local) for is_local in (True, False)),
        say.quiet_then(number, Quiet(60, 120), WINDOW), say.quiet_then(number, Quiet(60, 120), None),
        say.announced_enough(number, 2, NOW), say.no_calls_please(number, None), say.nobody_to_call(number), say.no_number(LEADER), say.no_call_to_cancel(number),
        say.call_cancelled(view), say.for_enterprises_only(), say.for_officials_only(),
        say.for_supervisors_only(), say.call_agreed(mine, number), say.call_moved(mine, number),
        say.call_declined(number), say.call_is_over(), say.which_call([number, number]),
        *(say.no_number_told([], is_lead=is_so) for is_so in (True, False)),
        say.we_are_genuine([]), say.call_expected(mine, number), say.asked_too_often(NOW), say.how_to_decide(), say.no_such_lead(3),
    ]  # fmt: skip


def told(notice: Notice) -> list[dict[str, Any]]:
    """Return what may differ in one kind of news about calls, so that each wording is tried."""
    if notice is Notice.CALL_ANSWERED:
        return [{"answer": answer} for answer in ("agreed", "moved", "declined", "doubted", "inherited")]
    if notice is Notice.CALL_MISSED:
        return [
            {"asks": asks, "colleague": colleague} for asks in (True, False) for colleague in (True, False)
        ]
    if notice is Notice.LEAD_DECIDED:
        return [{"finding": finding, "shown": shown} for finding in Finding for shown in (True, False)]
    if notice is Notice.CALL_ANNOUNCED:
        return [{"is_renewed": is_so} for is_so in (True, False)]
    return [{}]

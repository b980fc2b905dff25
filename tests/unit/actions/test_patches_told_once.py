"""Whom a patch concerns is told once, whatever dies, and however often and by however many it is done."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, update

from models.actions import handover, patch_comments, patch_news, patches, patterns, roster, secrecy
from models.actions.handover import StillResponsible
from models.actions.patch_chain import locked
from models.actions.patches import DayRefused, NotWhole, OwnerRefused
from models.queries import proof
from models.queries.patches import in_force_on, shown
from models.rules.patches import PatchVerb
from models.session import Database
from models.tables import (
    Event,
    Outbox,
    Patch,
    PatchAsk,
    PatchCase,
    PatchEvent,
    Pattern,
    PatternMember,
    Person,
    Ticket,
)
from tests.alike import bring, firm
from tests.patching import MINUTE, Ground, belongs, ground
from tests.unit.models.stage import NOW, a_person

EFFECT = NOW + MINUTE
TOLD = ("patch_effect", "patch_changed")


class Died(Exception):
    """Somebody killed us here."""


@pytest.fixture
def desk(database: Database) -> Ground:
    return ground(database)


def test_each_owner_and_each_enterprise_is_told_once(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    assert desk.told(*TOLD) == []
    desk.strike(EFFECT)
    first = desk.told(*TOLD)
    assert [kind for kind, _, _ in first].count("patch_changed") == 7
    owners = [key for kind, _, key in first if kind == "patch_effect"]
    assert len({key.split(":patch_effect")[0] for key in owners}) == 1
    assert [kind for kind, _, _ in first[: len(owners)]] == ["patch_effect"] * len(owners), "owners first"
    desk.strike(EFFECT + MINUTE)
    desk.strike(EFFECT + timedelta(days=2))
    assert desk.told(*TOLD) == first
    assert proof.verify(desk.database).flaws == []


def test_enterprise_with_several_cases_is_told_once_of_all(desk: Ground) -> None:
    for n in range(3):
        desk.comes(f"more{n}", now=NOW, openid="o-firm0")
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    desk.strike(EFFECT)
    assert len(list(desk.told("patch_changed"))) == 7
    with desk.database.reading() as session:
        rows = session.scalars(select(PatchCase).where(PatchCase.told_at.is_(None))).all()
        assert rows == []
        assert len(session.scalars(select(Event).where(Event.verb == "patch")).all()) == 10


def test_closed_cases_are_told_too_and_withdrawn_ones_are_not(desk: Ground) -> None:
    with desk.database.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == desk.cases[0]).values(status="withdrawn"))
        session.execute(update(Ticket).where(Ticket.id == desk.cases[1]).values(status="closed"))
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    desk.strike(EFFECT)
    with desk.database.reading() as session:
        noted = session.scalars(select(PatchCase.ticket_id).order_by(PatchCase.ticket_id)).all()
    assert list(noted) == desk.cases[1:]
    assert len(desk.told("patch_changed")) == 6


def test_dying_at_any_step_tells_nobody_twice_and_leaves_nobody_out(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    for _ in range(50):
        with pytest.raises(Died), desk.database.transaction() as session:
            done = patch_news.strike(session, EFFECT, limit=2)
            raise Died
        with desk.database.transaction() as session:
            assert patch_news.strike(session, EFFECT, limit=2) == done
        if not done:
            break
    assert len(desk.told("patch_changed")) == 7
    desk.strike(EFFECT)
    assert len(desk.told("patch_changed")) == 7
    assert proof.verify(desk.database).flaws == []


def test_two_processes_at_once_tell_once(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    desk = ground(database)
    desk.in_effect(desk.open(), now=EFFECT)
    together = Barrier(2)

    def strike() -> None:
        together.wait()
        desk.strike(EFFECT)

    threads = [Thread(target=strike) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.strike(EFFECT)
    assert len(desk.told("patch_changed")) == 7
    assert len({key for _, _, key in desk.told("patch_effect")}) == len(desk.told("patch_effect"))
    assert proof.verify(database).flaws == []
    database.dispose()


def test_case_that_was_being_compared_while_it_took_effect_is_found(desk: Ground) -> None:
    """It belongs to the pattern by a transaction that committed later than the patch's own."""
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    desk.strike(EFFECT)
    late = bring(desk.database, firm(desk.database, "late"), "欠工程款", at=NOW)
    after = bring(desk.database, firm(desk.database, "after"), "欠工程款", at=EFFECT + MINUTE)
    with desk.database.transaction() as session:
        for each in (late, after):
            belongs(session, session.get_one(Ticket, each), desk.pattern, EFFECT + MINUTE)
    desk.strike(EFFECT + 2 * MINUTE)
    with desk.database.reading() as session:
        assert session.get_one(PatchCase, (patch, late)).kind == "affected"
        assert session.get_one(PatchCase, (patch, after)).kind == "stumbled"
    assert len(desk.told("patch_changed")) == 8
    assert {kind for kind, _, _ in desk.told("stumbled")} == {"stumbled"}


def test_officials_are_told_in_office_hours_only(desk: Ground) -> None:
    night = NOW + timedelta(hours=12)
    desk.in_effect(desk.open(), now=night)
    desk.strike(night)
    assert desk.told(*TOLD) == []
    desk.strike(NOW + timedelta(days=1))
    assert len(desk.told("patch_changed")) == 7


def test_day_of_effect_comes_by_itself_and_late_is_as_if_in_time(desk: Ground) -> None:
    patch = desk.open()
    with desk.database.transaction() as session:
        row = locked(session, patch)
        patches.move(session, row, PatchVerb.DRAFT, desk.owner, now=NOW)
        patches.consult(session, row, desk.owner, asks=False, now=NOW)
        with pytest.raises(NotWhole):
            patches.issue(session, row, desk.owner, now=NOW)
        with pytest.raises(DayRefused):
            patches.issue(session, row, desk.owner, now=NOW, effective_on=NOW.date() - timedelta(days=1))
        patches.issue(session, row, desk.owner, now=NOW, effective_on=NOW.date() + timedelta(days=2))
    desk.strike(NOW + timedelta(days=1))
    assert desk.row(patch).state == "issued"
    late = NOW + timedelta(days=4)
    desk.strike(late)
    found = desk.row(patch)
    assert found.state == "in_effect"
    assert found.took_effect_at == NOW.replace(hour=16) + timedelta(days=1), "00:00 of its day in Shanghai"
    assert found.evaluate_at is not None
    assert found.evaluate_at - found.took_effect_at == timedelta(days=90)


def test_shielded_cases_are_told_of_nothing_and_counted_nowhere(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    with desk.database.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, desk.cases[0])])
    desk.strike(EFFECT)
    assert len(desk.told("patch_changed")) == 6
    with desk.database.transaction() as session:
        secrecy.shield(session, [session.get_one(Ticket, desk.cases[1])])
    with desk.database.reading() as session:
        seen = shown(session, session.get_one(Patch, patch), None)
    assert (seen.affected, seen.told) == (5, 5)


def test_patches_follow_a_pattern_that_was_joined_and_a_successor_in_office(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    other = bring(desk.database, firm(desk.database, "other"), "欠工程款", at=EFFECT + MINUTE)
    with desk.database.transaction() as session:
        row = Pattern(type="arrears", state="open", title="另", stone="", created_at=NOW, opened_at=NOW)
        session.add(row)
        session.flush()
        belongs(session, session.get_one(Ticket, other), row.id, NOW)
        signed = patterns.Signature(desk.key, "督查室")
        patterns.join(session, row, session.get_one(Pattern, desk.pattern), signed, now=EFFECT + MINUTE)
        assert session.get_one(Patch, patch).pattern_id == row.id
    desk.strike(EFFECT + 2 * MINUTE)
    with desk.database.reading() as session:
        assert session.get_one(PatchCase, (patch, other)).kind == "stumbled"
    old, new = (desk.roster.officials[name] for name in ("leader", "office"))
    with desk.database.transaction() as session, pytest.raises(StillResponsible):
        handover.retire(session, old, now=EFFECT)
    with desk.database.transaction() as session:
        day = EFFECT.date()
        row = handover.hand_over(
            session, from_id=old, to_id=new, reason="调动", on=day, key_id=None, now=EFFECT
        )
        assert row.listed["patches"] == [patch]
    assert desk.row(patch).owner_id == new
    assert proof.verify(desk.database).flaws == []


def test_figures_of_all_regions_are_told_to_who_watches_over_all_of_them(desk: Ground) -> None:
    people = {}
    with desk.database.transaction() as session:
        for name, region in (("一", "210100"), ("二", "210200"), ("三", "210200")):
            made = roster.add_official(
                session, name=f"督查{name}", post="督查专员", department="督查室", region=region,
                kind="supervisor", now=NOW,
            )  # fmt: skip
            person = session.get_one(Person, a_person(session, f"o-watch-{name}"))
            person.official_id, people[person.id] = made.id, region
    patch = desk.open(regions=("210100", "210200"))
    desk.in_effect(patch, now=EFFECT)
    for n in range(8):
        desk.comes(f"after{n}", now=EFFECT + MINUTE)
    desk.strike(EFFECT + timedelta(days=91))
    with desk.database.reading() as session:
        told = session.scalars(select(Outbox).where(Outbox.kind == "patch_judged")).all()
    seen = {row.person_id: row.payload["figures"] is not None for row in told}
    owners = {each: is_whole for each, is_whole in seen.items() if each not in people}
    assert owners
    assert all(owners.values()), "whoever answers for it reads all"
    assert {each: is_whole for each, is_whole in seen.items() if each in people} == dict.fromkeys(
        people, False
    )


def test_an_owner_who_was_not_told_in_an_earlier_round_keeps_nobody_waiting_in_this_one(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    with desk.database.transaction() as session:
        facts = {"kind": "affected", "round": 0, "met_at": NOW, "is_reported": False}
        session.add(PatchCase(patch_id=patch, ticket_id=desk.cases[0], **facts))
        session.execute(delete(PatternMember).where(PatternMember.ticket_id == desk.cases[0]))
    desk.strike(EFFECT)
    assert len(desk.told("patch_changed")) == 6


def test_a_case_that_left_the_pattern_is_none_of_the_patchs(desk: Ground) -> None:
    """Between the day of effect and the morning a case is split off: nobody is told that it changes anything."""
    patch = desk.open()
    night = EFFECT + timedelta(hours=12)
    desk.in_effect(patch, now=night)
    desk.strike(night)
    with desk.database.transaction() as session:
        row = session.get_one(Pattern, desk.pattern)
        signed = patterns.Signature(desk.key, "督查室")
        patterns.split(session, row, desk.cases[:1], "另一件事", signed, now=night)
    desk.strike(night + timedelta(hours=14))
    assert len(desk.told("patch_changed")) == 6
    with desk.database.reading() as session:
        seen = shown(session, session.get_one(Patch, patch), None)
        assert (seen.affected, seen.told) == (6, 6)
        assert in_force_on(session, desk.cases[0]) is None
        assert in_force_on(session, desk.cases[1]) is not None


def test_stumbles_that_left_or_are_shielded_are_reported_to_nobody(desk: Ground) -> None:
    patch = desk.open()
    desk.in_effect(patch, now=EFFECT)
    came = [desk.comes(f"later{n}", now=EFFECT + MINUTE) for n in range(4)]
    with desk.database.transaction() as session:
        patterns.leave(session, came[0])
        secrecy.shield(session, [session.get_one(Ticket, came[1])])
        session.get_one(Ticket, came[2]).status = "withdrawn"
    desk.strike(EFFECT + 2 * MINUTE)
    with desk.database.reading() as session:
        told = session.scalars(select(Outbox).where(Outbox.kind == "patch_news")).all()
    assert {row.payload["stumbles"] for row in told} == {1}


def test_who_is_asked_is_asked_because_of_a_case_that_is_still_in_the_pattern(desk: Ground) -> None:
    """Split off, shielded or withdrawn before the question goes out: the one before it counts, or nobody is asked."""
    older = desk.cases[0]
    newer = desk.comes("again", now=NOW, openid="o-firm0")
    patch = desk.open()
    with desk.database.transaction() as session:
        row = locked(session, patch)
        patches.move(session, row, PatchVerb.DRAFT, desk.owner, now=NOW)
        patches.consult(session, row, desk.owner, asks=True, now=NOW)
        signed = patterns.Signature(desk.key, "督查室")
        patterns.split(session, session.get_one(Pattern, desk.pattern), [newer], "另一件事", signed, now=NOW)
        secrecy.shield(session, [session.get_one(Ticket, desk.cases[1])])
    desk.strike(NOW)
    with desk.database.reading() as session:
        asked = session.scalars(select(PatchAsk.ticket_id).where(PatchAsk.asked_at.is_not(None)))
        assert set(asked) == {older, *desk.cases[2:]}


def test_whoever_holds_no_office_answers_for_no_patch(desk: Ground) -> None:
    with pytest.raises(OwnerRefused):
        desk.open(owner_id=desk.roster.officials["aide"])


def consulted(desk: Ground) -> int:
    """Return a patch that has asked everybody."""
    patch = desk.open()
    with desk.database.transaction() as session:
        row = locked(session, patch)
        patches.move(session, row, PatchVerb.DRAFT, desk.owner, now=NOW)
        assert patches.consult(session, row, desk.owner, asks=True, now=NOW) == 7
    desk.strike(NOW)
    return patch


def test_comment_is_sealed_and_its_words_are_in_no_chain(desk: Ground) -> None:
    patch = consulted(desk)
    with desk.database.transaction() as session:
        ask = session.scalars(select(PatchAsk).order_by(PatchAsk.id)).first()
        assert ask is not None
        person = session.get_one(Ticket, ask.ticket_id).person_id
        patch_comments.comment(session, ask, person, "写进合同", now=NOW)
        patch_comments.comment(session, ask, person, "按天计息", now=NOW)
        assert ask.words == "写进合同\n按天计息"
    with desk.database.reading() as session:
        told = str([row.data for row in session.scalars(select(PatchEvent))])
        assert "合同" not in told
    assert proof.verify(desk.database).flaws == []
    with desk.database.transaction() as session:
        session.execute(update(PatchAsk).where(PatchAsk.words != "").values(words="很好"))
    (flaw,) = proof.verify(desk.database).flaws
    assert (flaw.chain, flaw.kind) == (f"patch {patch}", "altered")


def test_forgery_in_a_patch_is_found(desk: Ground) -> None:
    patch = consulted(desk)
    with desk.database.transaction() as session:
        session.execute(update(Patch).where(Patch.id == patch).values(state="drafting"))
    (flaw,) = proof.verify(desk.database).flaws
    assert (flaw.chain, flaw.kind) == (f"patch {patch}", "different")
    with desk.database.transaction() as session:
        session.execute(update(Patch).where(Patch.id == patch).values(state="consulting"))
        session.execute(update(PatchEvent).where(PatchEvent.seq == 2).values(signed="别人"))
    (flaw,) = proof.verify(desk.database).flaws
    assert (flaw.chain, flaw.seq, flaw.kind) == (f"patch {patch}", 2, "altered")

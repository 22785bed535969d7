"""Volunteers sign up, answer, take places and give them back; two records turn out to be one person."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nocturnes.history import Actor
from shifts import actions, ranking
from shifts.models import Assignment, Offer, PlaceRequest, Post
from tests.machine.ground import ANSWERS, Ground, of, which
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import Registration, Volunteer

her = Actor.volunteer_link


class Answering(Ground):
    @rule(number=which, accepted=st.booleans())
    def somebody_signs_up(self, number, accepted):
        answers = make_answers(availabilities={str(self.evenings[0].pk): ANSWERS[number % 3]})
        sign_up = self.do(
            volunteers.sign_up, self.edition, email=f"new{number}@example.org", language="nl", answers=answers
        )
        registration = self.do(volunteers.confirm, sign_up) if sign_up else None
        if registration and accepted:
            self.do(volunteers.accept, registration.volunteer)

    @rule(number=which, evening=st.integers(0, 1), answer=st.sampled_from(ANSWERS))
    def somebody_answers(self, number, evening, answer):
        registration = of(Registration.objects.all(), number)
        self.do(
            volunteers.set_availability, registration, self.evenings[evening], answer, by=her(registration.volunteer)
        )

    @rule(post=which, person=which)
    def somebody_takes_a_place(self, post, person):
        post, person = of(Post.objects.for_pages(), post), of(Volunteer.objects.filter(merged_into=None), person)
        self.do(actions.take_open_place, post, person, by=her(person))
        self.do(actions.request_place, post, person, by=her(person))

    @precondition(lambda self: PlaceRequest.objects.exists())
    @rule(number=which, grant=st.sampled_from([True, False, None]))
    def a_request_is_answered(self, number, grant):
        request = of(PlaceRequest.objects.all(), number)
        if grant is None:
            self.do(actions.take_back_request, request, by=her(request.volunteer))
        else:
            self.do(actions.answer_request, request, grant=grant, accept=ranking.WARNINGS)

    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which)
    def somebody_confirms(self, number):
        assignment = of(Assignment.objects.active().published(), number)
        if assignment:
            self.do(actions.confirm, assignment, how="link", by=her(assignment.volunteer))

    @precondition(lambda self: Assignment.objects.active().exists())
    @rule(number=which)
    def somebody_withdraws(self, number):
        assignment = of(Assignment.objects.active(), number)
        if assignment:
            # Half of them call, and a coordinator notes it.
            recorded = bool(number % 2)
            by = self.lea if recorded else her(assignment.volunteer)
            self.do(actions.withdraw, assignment, reason="transport", recorded=recorded, by=by)

    @precondition(lambda self: Assignment.objects.withdrawn().exists())
    @rule(number=which)
    def somebody_comes_back(self, number):
        assignment = of(Assignment.objects.withdrawn(), number)
        if assignment:
            self.do(actions.come_back, assignment, by=her(assignment.volunteer))

    @precondition(lambda self: Offer.objects.exclude(answer="yes").exists())
    @rule(number=which)
    def somebody_says_yes(self, number):
        offer = of(Offer.objects.exclude(answer="yes"), number)
        if offer:
            self.do(actions.accept_offer, offer, minutes=20, by=her(offer.volunteer))

    @precondition(lambda self: Offer.objects.unanswered().exists())
    @rule(number=which, other=st.booleans())
    def somebody_says_no(self, number, other):
        offer = of(Offer.objects.unanswered(), number)
        if offer:
            self.do(actions.decline, offer.ask, other_post=other, by=her(offer.volunteer))

    @precondition(lambda self: Assignment.objects.active().published().exists())
    @rule(number=which)
    def somebody_withdraws_and_who_is_asked_first_comes(self, number):
        """What the product is for, in one step: of single steps it would hardly ever be made."""
        ahead = Assignment.objects.active().published().filter(report_at__gt=self.now + timedelta(days=1))
        assignment = of(ahead, number)
        if assignment is None:
            return
        search = self.do(actions.withdraw, assignment, reason="work", by=her(assignment.volunteer))
        self.until_something_is_due()
        if search and self.edition.rules.asks_need_consent:
            search.refresh_from_db()
            self.do(actions.agree_to_wave, search, wave=search.waves + 1)
            self.until_something_is_due()
        offer = of(Offer.objects.unanswered().filter(search__post=assignment.post_id), number)
        if offer:
            self.do(actions.accept_offer, offer, by=her(offer.volunteer))

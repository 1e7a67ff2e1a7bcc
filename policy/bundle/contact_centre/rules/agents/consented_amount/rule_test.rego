package contact_centre.rules.agents.consented_amount_test

import data.contact_centre.rules.agents.consented_amount
import data.contact_centre.samples_test as sample

said(document) := {spoken.message |
	some spoken in consented_amount.report with input as document with data.revision as sample.revision
}

test_up_to_the_amount_it_may if {
	said(sample.by_permitted(sample.refund, {})) == set()
	said(sample.by_permitted(sample.refund, {"amount_minor": 3999})) == set()
}

test_above_it_is_denied_with_what_is_possible if {
	said(sample.by_permitted(sample.refund, {"amount_minor": 3998})) == {refused("at most 39.98 USD")}
}

test_without_money_it_moves_none if said(sample.by_permitted(sample.refund, {"amount_minor": 0})) == {refused("no money")}

test_an_amount_that_is_none_allows_none if {
	said(sample.by_permitted(sample.refund, {"amount_minor": "9999"})) == {refused("no money")}
}

test_an_amount_that_cannot_be_read_is_above_any if {
	odd := sample.put(sample.by_permitted(sample.refund, {}), {"/call/arguments/amount_minor": "1"})
	said(odd) == {refused("at most 100.00 USD")}
}

test_the_undivided_consent_has_no_amount if {
	said(sample.put(sample.by_permitted(sample.refund, {"amount_minor": 1}), {"/facts/delegated_consent": true})) == set()
}

test_what_moves_no_money_has_none if said(sample.by_permitted(sample.restart, {"amount_minor": 0})) == set()

test_asking_for_permission_moves_none if {
	said(sample.put(sample.by_permitted(sample.consent_request, {"amount_minor": 0}), {})) == set()
}

test_our_own_specialists_are_not_meant if said(sample.refund) == set()

refused(what) := concat("", ["The customer allows this partner's agent ", what, " at a time."])

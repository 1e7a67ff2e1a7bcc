package contact_centre.rules.money_back.confirmed_amount_test

import data.contact_centre.rules.money_back.confirmed_amount
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in confirmed_amount.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in confirmed_amount.report with input as document with data.revision as sample.revision
}

test_without_a_yes_the_customer_is_asked if effects(sample.refund) == {"confirm"}

test_a_yes_to_exactly_this_counts if effects(sample.confirmed(sample.refund)) == set()

test_a_yes_to_other_arguments_does_not_count if {
	effects(sample.put(sample.confirmed(sample.refund), {"/evidence/confirmation/arguments_digest": "sha256:other"})) == {"confirm"}
	effects(sample.put(sample.confirmed(sample.refund), {"/call/arguments_digest": "sha256:other"})) == {"confirm"}
}

test_a_yes_under_another_policy_does_not_count if {
	effects(sample.put(sample.confirmed(sample.refund), {"/evidence/confirmation/policy_revision": "older"})) == {"confirm"}
}

test_an_expired_yes_does_not_count if {
	effects(sample.put(sample.confirmed(sample.refund), {"/now": "2026-03-01T12:09:59Z"})) == set()
	effects(sample.put(sample.confirmed(sample.refund), {"/now": "2026-03-01T12:10:00Z"})) == {"confirm"}
}

test_a_mere_true_does_not_count if effects(sample.put(sample.refund, {"/evidence/confirmation": true})) == {"confirm"}

test_the_question_names_the_amount if messages(sample.refund) == {"The customer has to confirm the exact amount, 39.99 USD."}

test_all_kinds_are_confirmed if {
	effects(sample.credit) == {"confirm"}
	effects(sample.waiver) == {"confirm"}
}

test_an_approval_does_not_replace_the_yes if effects(sample.approved(sample.refund)) == {"confirm"}

test_a_yes_to_nothing_does_not_count if {
	document := sample.put(sample.confirmed(sample.refund), {
		"/evidence/confirmation/arguments_digest": "",
		"/call/arguments_digest": "",
	})
	effects(document) == {"confirm"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.note, {"/call/arguments/amount_minor": 1})) == set()

package contact_centre.rules.payments.confirmed_amount_test

import data.contact_centre.rules.payments.confirmed_amount
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in confirmed_amount.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in confirmed_amount.report with input as document with data.revision as sample.revision
}

test_without_a_yes_the_customer_is_asked if effects(sample.payment_taken) == {"confirm"}

test_a_yes_to_exactly_this_counts if effects(sample.confirmed(sample.payment_taken)) == set()

test_a_yes_to_other_arguments_does_not_count if {
	effects(sample.put(sample.confirmed(sample.payment_taken), {"/evidence/confirmation/arguments_digest": "sha256:other"})) == {"confirm"}
	effects(sample.put(sample.confirmed(sample.payment_taken), {"/call/arguments_digest": "sha256:other"})) == {"confirm"}
}

test_a_yes_under_another_policy_does_not_count if {
	effects(sample.put(sample.confirmed(sample.payment_taken), {"/evidence/confirmation/policy_revision": "older"})) == {"confirm"}
}

test_an_expired_yes_does_not_count if {
	effects(sample.put(sample.confirmed(sample.payment_taken), {"/now": "2026-03-01T12:09:59Z"})) == set()
	effects(sample.put(sample.confirmed(sample.payment_taken), {"/now": "2026-03-01T12:10:00Z"})) == {"confirm"}
}

test_a_mere_true_does_not_count if effects(sample.put(sample.payment_taken, {"/evidence/confirmation": true})) == {"confirm"}

test_the_question_names_the_amount if {
	messages(sample.payment_taken) == {"The customer has to confirm 64.99 USD and the payment method."}
}

test_other_tools_are_not_meant if effects(sample.put(sample.note, {"/call/arguments/amount_minor": 1})) == set()
